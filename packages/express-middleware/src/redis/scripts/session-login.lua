--[[
Starts a session.

KEYS[1]   its record
KEYS[2]   the user's generation
KEYS[3]   the user's index of sessions
KEYS[4]   the bars before the user's logins
ARGV[1]   sid
ARGV[2]   idle limit in ms
ARGV[3]   absolute limit in ms
ARGV[4]   most sessions of a user
ARGV[5]   hash of the refresh token's secret
ARGV[6]   generation that the login was made ready under, '' for whichever there is
ARGV[7..] further fields and values of the record

Returns { 'started', generation, sid of a session that has to go ... }, { 'barred', ms until the bar lapses }, or
{ 'overtaken', 0 } when all sessions of the user were ended since the login was made ready.
]]
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local idle, absolute = tonumber(ARGV[2]), tonumber(ARGV[3])
local bar = redis.call('ZREVRANGEBYSCORE', KEYS[4], '+inf', '(' .. string.format('%.0f', now), 'WITHSCORES', 'LIMIT', 0, 1)
if bar[2] then return { 'barred', tonumber(bar[2]) - now } end
local generation = redis.call('GET', KEYS[2]) or '0'
if ARGV[6] ~= '' and ARGV[6] ~= generation then return { 'overtaken', 0 } end
local text = string.format('%.0f', now)
redis.call('HSET', KEYS[1], 'gen', generation, 'created', text, 'used', text, 'until', string.format('%.0f', now + absolute),
  'counter', '1', 'hash', ARGV[5], unpack(ARGV, 7))
redis.call('PEXPIRE', KEYS[1], math.min(idle, absolute))
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', string.format('%.0f', now - idle))
redis.call('ZADD', KEYS[3], text, ARGV[1])
redis.call('PEXPIRE', KEYS[3], absolute)
if redis.call('EXISTS', KEYS[2]) == 1 then redis.call('PEXPIRE', KEYS[2], absolute) end
local reply = { 'started', generation }
local over = redis.call('ZCARD', KEYS[3]) - tonumber(ARGV[4])
if over > 0 then
  for _, sid in ipairs(redis.call('ZRANGE', KEYS[3], 0, over - 1)) do
    reply[#reply + 1] = sid
  end
end
return reply
