# SPDX-License-Identifier: MIT
# Digits are no letters.
use strict;
use warnings;

my ($what, $word) = split ' ', <STDIN>;
print scalar reverse($word), "\n";
