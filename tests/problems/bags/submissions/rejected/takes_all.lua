-- SPDX-License-Identifier: MIT
-- All bags together are too heavy.
local count = io.read("n")
local words = { count }
for bag = 1, count do
    words[#words + 1] = bag
end
print(table.concat(words, " "))
