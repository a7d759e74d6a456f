--[[
Says which epoch holds on the servers that are connected now. One that the present epoch does not cover may have lost
acknowledged writes (it was restarted, or is a promoted replica), so it begins a new epoch: what older ones stored is void.

KEYS[1]    the namespace's generation: '<generation> <epoch> <run ids>'
ARGV[1]    a new epoch, should one be needed
ARGV[2]    life in ms of a generation that is created
ARGV[3]    '1' to keep the epoch all the same
ARGV[4..]  run ids of the servers

Returns { epoch, 'same', 'new' (there was none), 'kept' or 'changed', seconds, microseconds }.
]]
local time = redis.call('TIME')
local current = redis.call('GET', KEYS[1])
local ids = {}
for i = 4, #ARGV do ids[#ids + 1] = ARGV[i] end
local covered = table.concat(ids, ',')

if not current then
  local generation = string.format('%016.0f', tonumber(time[1]) * 1e6 + tonumber(time[2]))
  redis.call('SET', KEYS[1], generation .. ' ' .. ARGV[1] .. ' ' .. covered, 'PX', ARGV[2])
  return { ARGV[1], 'new', time[1], time[2] }
end

local generation, epoch, known = string.sub(current, 1, 16), string.sub(current, 18, 25), string.sub(current, 27)
local missing = false
for i = 1, #ids do
  if not string.find(known, ids[i], 1, true) then missing = true end
end
if not missing then return { epoch, 'same', time[1], time[2] } end

local outcome = ARGV[3] == '1' and 'kept' or 'changed'
if outcome == 'changed' then epoch = ARGV[1] end
local left = redis.call('PTTL', KEYS[1])
local text = generation .. ' ' .. epoch .. ' ' .. covered
if left == -1 then redis.call('SET', KEYS[1], text) else redis.call('SET', KEYS[1], text, 'PX', math.max(left, 1)) end
return { epoch, outcome, time[1], time[2] }
