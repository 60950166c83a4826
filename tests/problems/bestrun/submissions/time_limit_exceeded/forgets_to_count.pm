# SPDX-License-Identifier: MIT
# Never comes to the end of its loop.
use strict;
use warnings;

my ($count, @values) = map { split } <STDIN>;
my $total = 0;
my $day = 0;
while ($day < $count) {
    $total += $values[$day];
    $total = 0 if $total < 0;
}
print "$total\n";
