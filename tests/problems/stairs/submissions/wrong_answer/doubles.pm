# SPDX-License-Identifier: MIT
# Twice as many ways with each step.
use strict;
use warnings;

my $ways = 2;
$ways = $ways * 2 % 1000000007 for 1 .. <STDIN>;
print "$ways\n";
