--[[
Invalidates tags: raises the namespace's generation, then writes it into each marker. Entries are judged by it when they
are read, so it costs the same for one entry and for a million.

KEYS[1]    the namespace's generation
KEYS[2..]  the markers
ARGV[1]    life in ms of what is created

Returns { the new generation, seconds, microseconds }.
]]
local time = redis.call('TIME')
local defaultMs = tonumber(ARGV[1])
local lives = {}
for i = 1, #KEYS do lives[i] = redis.call('PTTL', KEYS[i]) end

local generation = tonumber(redis.call('GET', KEYS[1]) or '0') + 1
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
if now > generation then generation = now end
local text = string.format('%016.0f', generation)

-- The UNLINK stands first because a script that has already written may write above maxmemory.
for i = 2, #KEYS do redis.call('UNLINK', KEYS[i]) end
redis.call('UNLINK', KEYS[1])
local function write(key, value, life)
  if life == -1 then
    redis.call('SET', key, value)
  else
    redis.call('SET', key, value, 'PX', life > 0 and life or defaultMs)
  end
end
write(KEYS[1], text, lives[1])
for i = 2, #KEYS do write(KEYS[i], text .. ' ' .. text, lives[i]) end
return { text, time[1], time[2] }
