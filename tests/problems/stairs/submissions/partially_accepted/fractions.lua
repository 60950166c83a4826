-- SPDX-License-Identifier: MIT
-- By a formula that has too few digits for large numbers.
local steps = io.read("n")
local root = math.sqrt(5)
print(string.format("%.0f", ((1 + root) / 2) ^ (steps + 1) / root))
