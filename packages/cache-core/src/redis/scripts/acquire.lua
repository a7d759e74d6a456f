--[[
Takes a slot's lease for a load, or says why not. Creates missing markers, so that the load can be judged by them.

KEYS[1]    the slot
KEYS[2]    its barrier
KEYS[3]    the namespace's generation (left out where it lives in another slot, then no markers either)
KEYS[4..]  markers of the tags known before the load
ARGV[1]    token of the new lease
ARGV[2]    its life in ms
ARGV[3]    life in ms of what is created, 0 for ever
ARGV[4]    token of the value or the lease that the caller judged, '' for nothing
ARGV[5]    'load' replaces what was judged; 'refresh' leaves a judged value servable meanwhile; 'claim' overtakes whoever
           loads
ARGV[6]    epoch that the caller knows and the servers that it covers, for a generation that is created
ARGV[7]    generation and epoch to note, where KEYS[3] is left out

Returns { outcome, detail, generation, seconds, microseconds, epoch }, with the outcome
  'lease'    the slot is yours
  'refresh'  yours, and the value in it stays servable until you settle
  'held'     detail is the token of the lease that somebody else holds
  'value'    a value was stored meanwhile: read again
  'barred'   a writer's barrier stands: load without storing
  'foreign'  the slot is of a later format: leave it
]]
local slot, barrier, generationKey = KEYS[1], KEYS[2], KEYS[3]
local token, leaseMs, markerMs, judged, intent = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], ARGV[5]
local time = redis.call('TIME')
local nowMs = tonumber(time[1]) * 1e3 + math.floor(tonumber(time[2]) / 1000)

local function create(key, value)
  if markerMs == 0 then redis.call('SET', key, value) else redis.call('SET', key, value, 'PX', markerMs) end
end

local noted = ARGV[7]
local barred = false
if generationKey then
  noted = redis.call('GET', generationKey)
  if not noted then
    noted = string.format('%016.0f', tonumber(time[1]) * 1e6 + tonumber(time[2])) .. ' ' .. ARGV[6]
    create(generationKey, noted)
  end
  local generation = string.sub(noted, 1, 16)
  for i = 4, #KEYS do
    local marker = redis.call('GET', KEYS[i])
    if not marker then
      create(KEYS[i], generation .. ' ' .. generation)
    elseif #marker > 33 then
      for untilMs in string.gmatch(string.sub(marker, 34), ':(%d+)') do
        if tonumber(untilMs) > nowMs then barred = true end
      end
    end
  end
end
local generation, epoch = string.sub(noted, 1, 16), string.sub(noted, 18, 25)

local function answer(outcome, detail)
  return { outcome, detail, generation, time[1], time[2], epoch }
end

if redis.call('EXISTS', barrier) == 1 then
  redis.call('ZREMRANGEBYSCORE', barrier, '-inf', nowMs)
  if redis.call('EXISTS', barrier) == 1 then barred = true end
end
if barred then return answer('barred', '') end

local head = redis.pcall('GETRANGE', slot, 0, 62)
if type(head) ~= 'string' then head = '?' end
local kind, found = string.sub(head, 1, 1), string.sub(head, 3, 14)

if (kind == 'V' or kind == 'L') and string.sub(head, 2, 2) ~= '1' then return answer('foreign', '') end

local function refresh()
  redis.call('SETRANGE', slot, 30, token .. string.format('%013.0f', nowMs + leaseMs))
  -- The value must not expire under the load that replaces it; readers judge its freshness by its header.
  local left = redis.call('PTTL', slot)
  if left >= 0 and left < 2 * leaseMs then redis.call('PEXPIRE', slot, 2 * leaseMs) end
  return answer('refresh', found)
end

if intent == 'claim' then
  if kind == 'V' then return refresh() end
elseif found ~= judged then
  if kind == 'V' then return answer('value', '') end
  -- The client may have sent this very call twice, after a lost reply.
  if kind == 'L' and found ~= token then return answer('held', found) end
elseif kind == 'V' then
  -- The caller knew an epoch that has passed.
  if string.sub(head, 56, 63) == epoch and string.sub(ARGV[6], 1, 8) ~= epoch then return answer('value', '') end
  if intent == 'refresh' then
    local holder = string.sub(head, 31, 42)
    if holder ~= token and tonumber(string.sub(head, 43, 55)) > nowMs then return answer('held', holder) end
    return refresh()
  end
end
redis.call('SET', slot, 'L1' .. token .. generation, 'PX', leaseMs)
return answer('lease', '')
