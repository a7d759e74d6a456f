--[[
Ends a load: stores its value, or gives the lease back, but only if the slot still holds this very lease. So a DEL, a SET,
an expiry, an eviction or another writer in the meantime voids it.

KEYS[1]    the slot
KEYS[2]    its barrier
KEYS[3]    the namespace's generation (left out where it lives in another slot, then no markers either)
KEYS[4..]  markers of all tags of the value, known before and after the load
ARGV[1]    token of the lease
ARGV[2]    'lease', or 'refresh' for a lease that was put into a value's header
ARGV[3]    'store'; 'remove' to leave nothing (the load found none); 'skip' to leave what was there, after the same checks;
           'release' to leave it without any (the load failed)
ARGV[4]    generation noted before the load
ARGV[5]    epoch noted before the load
ARGV[6]    life in ms of what is stored, 0 for ever
ARGV[7]    life in ms that generation and markers need at least, 0 for ever
ARGV[8]    the value to store

Returns 'ok', 'void' (overtaken or invalidated: nothing was stored) or 'tags' (as void: a tag was invalidated).
]]
local slot, barrier, generationKey = KEYS[1], KEYS[2], KEYS[3]
local token, mode, action, noted = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local lifeMs, markerMs, value = tonumber(ARGV[6]), tonumber(ARGV[7]), ARGV[8]

local head = redis.pcall('GETRANGE', slot, 0, 41)
if type(head) ~= 'string' then return 'void' end
-- A barrier takes away the value that the lease of its own writer lay in, and leaves the lease.
local bare = string.sub(head, 1, 14) == 'L1' .. token
if not bare and (mode == 'lease' or string.sub(head, 1, 2) ~= 'V1' or string.sub(head, 31, 42) ~= token) then
  return 'void'
end

local function release()
  if bare then
    redis.call('UNLINK', slot)
  else
    redis.call('SETRANGE', slot, 30, '------------0000000000000')
  end
end

if action == 'release' then
  release()
  return 'ok'
end

local time
local function nowMs()
  time = time or redis.call('TIME')
  return tonumber(time[1]) * 1e3 + math.floor(tonumber(time[2]) / 1000)
end

if redis.call('EXISTS', barrier) == 1 and redis.call('ZCOUNT', barrier, nowMs(), '+inf') > 0 then
  release()
  return 'void'
end

-- Not while it outlives the entry by half of its margin of a minute: to whoever tracks it, a longer life looks like a change.
local function keep(key)
  local left = redis.call('PTTL', key)
  if left == -1 then return end
  if markerMs == 0 then redis.call('PERSIST', key) elseif left < markerMs - 30000 then redis.call('PEXPIRE', key, markerMs) end
end

if generationKey then
  local current = redis.call('GET', generationKey)
  if current and string.sub(current, 18, 25) ~= ARGV[5] then
    release()
    return 'void'
  end
  local generation = current and string.sub(current, 1, 16)
  local moved = not generation or tonumber(generation) ~= noted
  for i = 4, #KEYS do
    local marker = redis.call('GET', KEYS[i])
    if marker then
      local bad = tonumber(string.sub(marker, 1, 16)) > noted or tonumber(string.sub(marker, 18, 33)) > noted
      if #marker > 33 then
        for untilMs in string.gmatch(string.sub(marker, 34), ':(%d+)') do
          if tonumber(untilMs) > nowMs() then bad = true end
        end
      end
      if bad then
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
  -- Without it, entries that outlive it would pass for those of an epoch that has passed.
  keep(generationKey)
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
