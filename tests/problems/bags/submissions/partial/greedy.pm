# SPDX-License-Identifier: MIT
# Takes what is worth most for its weight, which is not always best.
use strict;
use warnings;

my ($count, $limit) = split ' ', <STDIN>;
my @bags = map { [split ' ', scalar <STDIN>] } 1 .. $count;
my @taken;
for my $i (sort { $bags[$b][1] / $bags[$b][0] <=> $bags[$a][1] / $bags[$a][0] } 0 .. $#bags) {
    next if $bags[$i][0] > $limit;
    $limit -= $bags[$i][0];
    push @taken, $i + 1;
}
print join(' ', scalar @taken, sort { $a <=> $b } @taken), "\n";
