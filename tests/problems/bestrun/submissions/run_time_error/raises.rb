# SPDX-License-Identifier: MIT
values = STDIN.read.split.map(&:to_i).drop(1)
raise "these days were all bad" if values.max.negative?

best = ending = values[0]
values.drop(1).each do |value|
  ending = [ending, 0].max + value
  best = [best, ending].max
end
puts best
