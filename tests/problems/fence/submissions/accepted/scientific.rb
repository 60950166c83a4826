# SPDX-License-Identifier: MIT
# The same numbers in another form, on one line.
numbers = STDIN.read.split.drop(1).map(&:to_f)
posts = numbers.each_slice(2).to_a
pieces = posts.each_index.map do |i|
  Math.hypot(posts[i][0] - posts[i - 1][0], posts[i][1] - posts[i - 1][1])
end
puts format("length %.10e longest %.10E", pieces.sum, pieces.max)
