--[[
Takes a slot's lease for a load, or says why not. Creates missing markers, so that the load can be judged by them.

KEYS[1]    the slot
KEYS[2]    the namespace's generation (left out where it lives in another slot, then no markers either)
KEYS[3..]  markers of the tags known before the load
ARGV[1]    token of the new lease
ARGV[2]    its life in ms
ARGV[3]    life in ms of what is created, 0 for ever
ARGV[4]    token that the caller judged unusable, or ''
ARGV[5]    'load', or 'claim' to overtake whoever loads
ARGV[6]    generation to note, where KEYS[2] is left out

Returns { outcome, detail, generation, seconds, microseconds, marker... }, with the outcome
  'lease'    the slot is yours
  'refresh'  yours, and the value in it stays servable until you settle
  'held'     detail is the token of the lease that somebody else holds
  'value'    detail is the value that was stored meanwhile
  'foreign'  the slot is of a later format: leave it
]]
local slot, generationKey = KEYS[1], KEYS[2]
local token, leaseMs, markerMs, judged, intent = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5]
local time = redis.call('TIME')

local function create(key, value)
  if markerMs == 0 then redis.call('SET', key, value) else redis.call('SET', key, value, 'PX', markerMs) end
end

local generation = ARGV[6]
local reply = { '', '', '', time[1], time[2] }
if generationKey then
  generation = redis.call('GET', generationKey)
  if not generation then
    generation = string.format('%.0f', tonumber(time[1]) * 1000000 + tonumber(time[2]))
    create(generationKey, generation)
  end
  for i = 3, #KEYS do
    local marker = redis.call('GET', KEYS[i])
    if not marker then
      marker = generation .. ' ' .. generation
      create(KEYS[i], marker)
    end
    reply[#reply + 1] = marker
  end
end
reply[3] = generation

local head = redis.pcall('GETRANGE', slot, 0, 29)
if type(head) == 'table' then head = '?' end
local kind, found = string.sub(head, 1, 1), string.sub(head, 3, 14)

local function answer(outcome, detail)
  reply[1], reply[2] = outcome, detail
  return reply
end

if (kind == 'V' or kind == 'L') and string.sub(head, 2, 2) ~= '1' then return answer('foreign', '') end
if intent == 'claim' then
  if kind == 'V' then
    local untilMs = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + tonumber(leaseMs)
    redis.call('SETRANGE', slot, 30, token .. string.format('%013.0f', untilMs))
    return answer('refresh', found)
  end
elseif found ~= judged then
  if kind == 'V' then return answer('value', redis.call('GET', slot)) end
  -- The client may have sent this very call twice, after a lost reply.
  if kind == 'L' and found ~= token then return answer('held', found) end
end
redis.call('SET', slot, 'L1' .. token .. string.format('%016.0f', tonumber(generation)), 'PX', leaseMs)
return answer('lease', '')
