# SPDX-License-Identifier: MIT
what, word = gets.split
abort 'not so large' if word.length > 4
puts what == 'hide' ? word.tr('0-9', 'a-j') : word.reverse.tr('a-j', '0-9')
