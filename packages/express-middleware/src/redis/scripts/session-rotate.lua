--[[
Rotates a refresh token whose signature was found good.

KEYS[1]  the session's record
KEYS[2]  the user's generation
KEYS[3]  the user's index of sessions
ARGV[1]  sid
ARGV[2]  counter of the token
ARGV[3]  hash of its secret
ARGV[4]  hash of its successor's secret
ARGV[5]  its successor, sealed under the token itself
ARGV[6]  grace in ms
ARGV[7]  idle limit in ms
ARGV[8]  the server's time, in ms, after which nobody waits for the answer any more

Returns { outcome, detail, generation, role, until }, with the outcome
  'rotated'  the successor is now current
  'again'    it was rotated within the grace: detail is the sealed successor of then
  'reuse'    it was rotated long ago: the session was revoked
  'gone'     there is no such session
  'late'     nothing was done: the client would not learn its successor, and could be taken for a thief
  'invalid'  the token is none of this session
]]
local record = redis.call('HMGET', KEYS[1], 'gen', 'until', 'counter', 'hash', 'previous', 'rotated', 'sealed', 'role')
local generation = redis.call('GET', KEYS[2]) or '0'
if not record[1] or record[1] ~= generation then return { 'gone' } end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
if now > tonumber(ARGV[8]) then return { 'late' } end
local left = tonumber(record[2]) - now
if left <= 0 then return { 'gone' } end

local counter, current = tonumber(ARGV[2]), tonumber(record[3])
local function answer(outcome, detail)
  return { outcome, detail, generation, record[8] or '', record[2] }
end

if counter == current then
  if ARGV[3] ~= record[4] then return { 'invalid' } end
  local text = string.format('%.0f', now)
  redis.call('HSET', KEYS[1], 'counter', string.format('%.0f', current + 1), 'hash', ARGV[4], 'previous', ARGV[3],
    'rotated', text, 'sealed', ARGV[5], 'used', text)
  redis.call('PEXPIRE', KEYS[1], math.min(tonumber(ARGV[7]), left))
  redis.call('ZADD', KEYS[3], 'XX', text, ARGV[1])
  return answer('rotated', '')
end
if counter == current - 1 and ARGV[3] == record[5] and now - tonumber(record[6]) <= tonumber(ARGV[6]) then
  return answer('again', record[7])
end
if counter < current then
  redis.call('UNLINK', KEYS[1])
  redis.call('ZREM', KEYS[3], ARGV[1])
  return { 'reuse' }
end
return { 'invalid' }
