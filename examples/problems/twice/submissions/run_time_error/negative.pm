# SPDX-License-Identifier: MIT
my $number = <STDIN>;
die "negative\n" if $number < 0;
print 2 * $number, "\n";
