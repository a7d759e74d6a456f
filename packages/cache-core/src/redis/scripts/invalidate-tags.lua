--[[
Invalidates tags: raises the namespace's generation, then writes it into each marker. Entries are judged by it when they
are read, so it costs the same for one entry and for a million.

A marker is '<hard> <soft>', the generations of the tag's last invalidations, and then ' <writer>:<ms>' for each barrier
that stands until that time: while one does, nothing that carries the tag is stored.

KEYS[1]    the namespace's generation
KEYS[2..]  the markers
ARGV[1]    life in ms of what is created
ARGV[2]    'hard' ends every right to serve the entries; 'soft' makes them stale from now
ARGV[3]    epoch that the caller knows and the servers that it covers, for a generation that is created
ARGV[4]    a writer, or ''
ARGV[5]    life in ms of the writer's barrier, 0 to take it away

Returns { the new generation, seconds, microseconds }.
]]
local time = redis.call('TIME')
local defaultMs, mode, writer, barMs = tonumber(ARGV[1]), ARGV[2], ARGV[4], tonumber(ARGV[5])
local nowMs = tonumber(time[1]) * 1e3 + math.floor(tonumber(time[2]) / 1000)
local lives, old = {}, {}
for i = 1, #KEYS do
  lives[i] = redis.call('PTTL', KEYS[i])
  old[i] = redis.call('GET', KEYS[i])
end

local generation = tonumber(old[1] and string.sub(old[1], 1, 16) or '0') + 1
local now = tonumber(time[1]) * 1e6 + tonumber(time[2])
if now > generation then generation = now end
local text = string.format('%016.0f', generation)

local function barriers(marker)
  local standing = ''
  for owner, untilMs in string.gmatch(string.sub(marker or '', 34), ' (%S+):(%d+)') do
    if owner ~= writer and tonumber(untilMs) > nowMs then standing = standing .. ' ' .. owner .. ':' .. untilMs end
  end
  if barMs > 0 then standing = standing .. ' ' .. writer .. ':' .. string.format('%.0f', nowMs + barMs) end
  return standing
end

-- The UNLINK stands first because a script that has already written may write above maxmemory.
for i = 2, #KEYS do redis.call('UNLINK', KEYS[i]) end
redis.call('UNLINK', KEYS[1])
local function write(key, value, life)
  if life == -1 then
    redis.call('SET', key, value)
  else
    redis.call('SET', key, value, 'PX', math.max(life > 0 and life or defaultMs, barMs + 1000))
  end
end
write(KEYS[1], text .. (old[1] and string.sub(old[1], 17) or ' ' .. ARGV[3]), lives[1])
for i = 2, #KEYS do
  local hard = mode == 'soft' and old[i] and string.sub(old[i], 1, 16) or text
  write(KEYS[i], hard .. ' ' .. text .. barriers(old[i]), lives[i])
end
return { text, time[1], time[2] }
