# SPDX-License-Identifier: MIT
# Looks at no argument; the larger prime is first.
use strict;
use warnings;

sub is_prime {
    my ($number) = @_;
    for (my $i = 2; $i * $i <= $number; $i++) {
        return 0 if $number % $i == 0;
    }
    return $number > 1;
}

my $n = <STDIN>;
my $p = 2;
$p++ until is_prime($p) && is_prime($n - $p);
print $n - $p, " $p\n";
