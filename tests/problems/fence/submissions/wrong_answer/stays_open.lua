-- SPDX-License-Identifier: MIT
-- Does not go back to the first post.
local count = io.read("n")
local x, y = io.read("n", "n")
local length, longest = 0, 0
for _ = 2, count do
    local next_x, next_y = io.read("n", "n")
    local piece = math.sqrt((next_x - x) ^ 2 + (next_y - y) ^ 2)
    length = length + piece
    longest = math.max(longest, piece)
    x, y = next_x, next_y
end
print(string.format("length %.9f", length))
print(string.format("longest %.9f", longest))
