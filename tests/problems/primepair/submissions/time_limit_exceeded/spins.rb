# SPDX-License-Identifier: MIT
n = STDIN.gets.to_i
p = 2
p += 1 until n % p > p
puts "#{p} #{n - p}"
