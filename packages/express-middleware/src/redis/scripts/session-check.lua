--[[
Checks a session for a request, and notes its use now and then.

KEYS[1]  its record
KEYS[2]  the user's generation
KEYS[3]  the user's index of sessions
ARGV[1]  generation that the access token carries
ARGV[2]  sid
ARGV[3]  idle limit in ms
ARGV[4]  how often its use is noted, in ms

Returns { 1, role } for a session that stands, else { 0 }.
]]
local record = redis.call('HMGET', KEYS[1], 'gen', 'until', 'used', 'role')
if not record[1] or record[1] ~= ARGV[1] or (redis.call('GET', KEYS[2]) or '0') ~= ARGV[1] then return { 0 } end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local left = tonumber(record[2]) - now
if left <= 0 then return { 0 } end
if now - tonumber(record[3]) >= tonumber(ARGV[4]) then
  -- A server that takes no writes can still vouch for the session. PEXPIRE stands first, since after it a full server
  -- takes the others too.
  if type(redis.pcall('PEXPIRE', KEYS[1], math.min(tonumber(ARGV[3]), left))) == 'number' then
    local text = string.format('%.0f', now)
    redis.call('HSET', KEYS[1], 'used', text)
    redis.call('ZADD', KEYS[3], 'XX', text, ARGV[2])
  end
end
return { 1, record[4] or '' }
