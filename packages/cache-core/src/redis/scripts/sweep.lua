--[[
Invalidates those of the keys that hold an entry or a lease; counters, markers and foreign data stay.

KEYS     names, all in one slot
ARGV[1]  'hard' removes entries; 'soft' makes them stale from now and voids their refreshes; 'count' only counts
ARGV[2]  token of what is made stale

Returns how many were (or would be) invalidated.
]]
local mode, token = ARGV[1], ARGV[2]
local now
local function nowText()
  if not now then
    local time = redis.call('TIME')
    now = string.format('%013.0f', tonumber(time[1]) * 1e3 + math.floor(tonumber(time[2]) / 1000))
  end
  return now
end

local found = 0
for i = 1, #KEYS do
  local head = redis.pcall('GETRANGE', KEYS[i], 0, 88)
  if type(head) == 'string' and string.match(head, '^[VL]%d') and #head >= 30 then
    found = found + 1
    if mode == 'soft' and string.sub(head, 1, 2) == 'V1' then
      -- A write that frees nothing: after it the script may write above maxmemory.
      local left = redis.call('PTTL', KEYS[i])
      if left > 0 then redis.call('PEXPIRE', KEYS[i], left) else redis.call('PERSIST', KEYS[i]) end
      -- Another token voids what was judged by the old one; fixed width, so text order is number order.
      redis.call('SETRANGE', KEYS[i], 2, token)
      redis.call('SETRANGE', KEYS[i], 30, '------------0000000000000')
      redis.call('SETRANGE', KEYS[i], 101, 's')
      if string.sub(head, 77, 89) > nowText() then redis.call('SETRANGE', KEYS[i], 76, nowText()) end
    elseif mode ~= 'count' then
      redis.call('UNLINK', KEYS[i])
    end
  end
end
return found
