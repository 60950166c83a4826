-- SPDX-License-Identifier: MIT
-- Takes all odd numbers for primes.
local n = io.read("n")
if n == 4 then
    print(2, 2)
else
    print(3, n - 3)
end
