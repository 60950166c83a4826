-- SPDX-License-Identifier: MIT
local answer = io.read("l")
print(answer)
