# SPDX-License-Identifier: MIT
values = STDIN.read.split.map(&:to_i).drop(1)
best = values[0]
ending = 0
values.each do |value|
  ending = [ending, 0].max + value
  best = [best, ending].max
end
puts best
