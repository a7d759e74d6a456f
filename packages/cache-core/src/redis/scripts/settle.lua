--[[
Ends a load: stores its value, or gives the lease back, but only if the slot still holds this very lease. So a DEL, a SET,
an expiry, an eviction or another writer in the meantime voids it.

KEYS[1]    the slot
KEYS[2]    the namespace's generation (left out where it lives in another slot, then no markers either)
KEYS[3..]  markers of all tags of the value, known before and after the load
ARGV[1]    token of the lease
ARGV[2]    'lease', or 'refresh' for a lease inside a value's header
ARGV[3]    'store'; 'remove' to leave nothing (the load found none); 'skip' to leave what was there, after the same checks;
           'release' to leave it without any (the load failed)
ARGV[4]    generation noted before the load
ARGV[5]    life in ms of what is stored, 0 for ever
ARGV[6]    life in ms that generation and markers need at least, 0 for ever
ARGV[7]    the value to store

Returns 'ok', 'void' (overtaken or invalidated: nothing was stored) or 'tags' (as void: a tag was invalidated).
]]
local slot, generationKey = KEYS[1], KEYS[2]
local token, mode, action, noted = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local lifeMs, markerMs, value = tonumber(ARGV[5]), tonumber(ARGV[6]), ARGV[7]

local head = redis.pcall('GETRANGE', slot, 0, 41)
if type(head) == 'table' then return 'void' end
if mode == 'lease' then
  if string.sub(head, 1, 14) ~= 'L1' .. token then return 'void' end
elseif string.sub(head, 1, 2) ~= 'V1' or string.sub(head, 31, 42) ~= token then
  return 'void'
end

local function release()
  if mode == 'lease' then
    redis.call('UNLINK', slot)
  else
    redis.call('SETRANGE', slot, 30, '------------0000000000000')
  end
end

if action == 'release' then
  release()
  return 'ok'
end

-- A script that has already written may write above maxmemory.
local function keep(key)
  local left = redis.call('PTTL', key)
  if left == -1 then return end
  if markerMs == 0 then redis.call('PERSIST', key) elseif left < markerMs then redis.call('PEXPIRE', key, markerMs) end
end

if generationKey then
  local generation = redis.call('GET', generationKey)
  local moved = not generation or tonumber(generation) ~= noted
  for i = 3, #KEYS do
    local marker = redis.call('GET', KEYS[i])
    if marker then
      if tonumber(string.sub(marker, 1, 16)) > noted then
        release()
        return 'tags'
      end
    else
      if moved then
        release()
        return 'tags'
      end
      redis.call('SET', KEYS[i], generation .. ' ' .. generation)
      redis.call('PEXPIRE', KEYS[i], math.max(markerMs, 1000))
    end
    keep(KEYS[i])
  end
  if #KEYS > 2 then keep(generationKey) end
end

if action == 'skip' then
  release()
elseif action == 'remove' then
  redis.call('UNLINK', slot)
elseif lifeMs == 0 then
  redis.call('SET', slot, value)
else
  redis.call('SET', slot, value, 'PX', lifeMs)
end
return 'ok'
