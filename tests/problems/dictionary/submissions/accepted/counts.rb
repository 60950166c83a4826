# SPDX-License-Identifier: MIT
letters = gets.strip
puts File.readlines('words.txt').count { |word| word.start_with?(letters) }
