--[[
Reads the generation and creates missing markers, where they live in another slot than the entry.

KEYS[1]    the namespace's generation
KEYS[2..]  the markers
ARGV[1]    life in ms that they need at least, 0 for ever
ARGV[2]    epoch that the caller knows and the servers that it covers, for a generation that is created
ARGV[3]    generation noted before the load, or '' to note it now; then a missing marker is created only if it has not moved
ARGV[4]    epoch noted before the load

Returns { 'good', 'void' (a marker or the epoch is newer than what was noted) or 'barred' (a writer's barrier stands),
generation and epoch }.
]]
local neededMs, noted = tonumber(ARGV[1]), tonumber(ARGV[3])
local time = redis.call('TIME')
local nowMs = tonumber(time[1]) * 1e3 + math.floor(tonumber(time[2]) / 1000)

local function write(key, value)
  if neededMs == 0 then redis.call('SET', key, value) else redis.call('SET', key, value, 'PX', neededMs) end
end
-- Not while it outlives the entry by half of its margin of a minute: to whoever tracks it, a longer life looks like a change.
local function keep(key)
  local left = redis.call('PTTL', key)
  if left == -1 then return end
  if neededMs == 0 then redis.call('PERSIST', key) elseif left < neededMs - 30000 then redis.call('PEXPIRE', key, neededMs) end
end

local current = redis.call('GET', KEYS[1])
if current then
  keep(KEYS[1])
else
  current = string.format('%016.0f', tonumber(time[1]) * 1e6 + tonumber(time[2])) .. ' ' .. ARGV[2]
  write(KEYS[1], current)
end
local generation = string.sub(current, 1, 16)
local moved = noted and tonumber(generation) ~= noted
local outcome = 'good'
if noted and string.sub(current, 18, 25) ~= ARGV[4] then outcome = 'void' end
for i = 2, #KEYS do
  local marker = redis.call('GET', KEYS[i])
  if marker then
    keep(KEYS[i])
    if noted and (tonumber(string.sub(marker, 1, 16)) > noted or tonumber(string.sub(marker, 18, 33)) > noted) then
      outcome = 'void'
    end
    for untilMs in string.gmatch(string.sub(marker, 34), ':(%d+)') do
      if tonumber(untilMs) > nowMs then outcome = 'barred' end
    end
  else
    if moved then outcome = 'void' end
    write(KEYS[i], generation .. ' ' .. generation)
  end
end
return { outcome, string.sub(current, 1, 25) }
