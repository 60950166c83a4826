# SPDX-License-Identifier: MIT
n = gets.to_i
p = 2
p += 1 until n % p == n
puts "#{p} #{n - p}"
