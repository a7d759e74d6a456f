--[[
Removes those of the keys that hold an entry or a lease; counters, markers and foreign data stay.

KEYS     names that a SCAN found, all in one slot
ARGV[1]  '1' to count only

Returns how many were (or would be) removed.
]]
local removed = 0
for i = 1, #KEYS do
  local head = redis.pcall('GETRANGE', KEYS[i], 0, 29)
  if type(head) == 'string' and string.match(head, '^[VL]%d') and #head >= 30 then
    removed = removed + 1
    if ARGV[1] ~= '1' then redis.call('UNLINK', KEYS[i]) end
  end
end
return removed
