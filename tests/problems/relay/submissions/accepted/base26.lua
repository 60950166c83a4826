-- SPDX-License-Identifier: MIT
-- In base 26, low digit first in the word.
local what = io.read(4)
local text = io.read("l"):match("%S+")
if what == "hide" then
    local number = math.tointeger(tonumber(text))
    local word = ""
    repeat
        word = word .. string.char(97 + number % 26)
        number = number // 26
    until number == 0
    print(word)
else
    local number = 0
    for letter in text:gmatch(".") do
        number = number * 26 + letter:byte() - 97
    end
    print(number)
end
