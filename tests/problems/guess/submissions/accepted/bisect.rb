# SPDX-License-Identifier: MIT
STDOUT.sync = true
low = 1
high = 1000
loop do
  middle = (low + high) / 2
  puts middle
  case gets.strip
  when 'correct' then break
  when 'lower' then high = middle - 1
  else low = middle + 1
  end
end
