-- SPDX-License-Identifier: MIT
local count = io.read("n")
local best = math.mininteger
local ending = 0
for _ = 1, count do
    ending = math.max(ending, 0) + io.read("n")
    best = math.max(best, ending)
end
print(string.format("%d", best))
