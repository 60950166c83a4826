-- SPDX-License-Identifier: MIT
print(500)
io.stdout:flush()
local answer = ""
while answer ~= "correct" do
    answer = answer:lower()
end
