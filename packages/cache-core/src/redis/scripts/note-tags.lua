--[[
Reads the generation and creates missing markers, where they live in another slot than the entry.

KEYS[1]    the namespace's generation
KEYS[2..]  the markers
ARGV[1]    life in ms that they need at least, 0 for ever
ARGV[2]    generation noted before the load, or '' to note it now; then a missing marker is created only if it has not moved

Returns { 1 when every marker is good by the noted generation, generation, marker... }.
]]
local neededMs, noted = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')

local function write(key, value)
  if neededMs == 0 then redis.call('SET', key, value) else redis.call('SET', key, value, 'PX', neededMs) end
end
local function keep(key)
  local left = redis.call('PTTL', key)
  if left == -1 then return end
  if neededMs == 0 then redis.call('PERSIST', key) elseif left < neededMs then redis.call('PEXPIRE', key, neededMs) end
end

local generation = redis.call('GET', KEYS[1])
local good = 1
if generation then
  keep(KEYS[1])
else
  generation = string.format('%.0f', tonumber(time[1]) * 1000000 + tonumber(time[2]))
  write(KEYS[1], generation)
end
local moved = noted and tonumber(generation) ~= noted
local reply = { 1, generation }
for i = 2, #KEYS do
  local marker = redis.call('GET', KEYS[i])
  if marker then
    keep(KEYS[i])
  else
    if moved then good = 0 end
    marker = generation .. ' ' .. generation
    write(KEYS[i], marker)
  end
  if noted and tonumber(string.sub(marker, 1, 16)) > noted then good = 0 end
  reply[#reply + 1] = marker
end
reply[1] = good
return reply
