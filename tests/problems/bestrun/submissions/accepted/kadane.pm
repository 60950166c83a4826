# SPDX-License-Identifier: MIT
use strict;
use warnings;

my ($count, @values) = map { split } <STDIN>;
my $best = $values[0];
my $ending = 0;
for my $value (@values) {
    $ending = ($ending > 0 ? $ending : 0) + $value;
    $best = $ending if $ending > $best;
}
printf "%d\n", $best;
