# SPDX-License-Identifier: MIT
# Tries all choices: for more than ten bags that takes too long.
count, limit = gets.split.map(&:to_i)
bags = Array.new(count) { gets.split.map(&:to_i) }
sleepless = 0
best = [-1, []]
(0...(1 << count)).each do |chosen|
  taken = (0...count).select { |i| chosen[i] == 1 }
  sleepless += 1 while count > 10
  weight = taken.sum { |i| bags[i][0] }
  worth = taken.sum { |i| bags[i][1] }
  best = [worth, taken] if weight <= limit && worth > best[0]
end
puts ([best[1].length] + best[1].map { |i| i + 1 }).join(' ')
