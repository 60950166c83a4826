# SPDX-License-Identifier: MIT
# The letters may be anywhere in the word.
use strict;
use warnings;

chomp(my $letters = <STDIN>);
open my $file, '<', 'words.txt' or die "words.txt: $!";
print scalar(grep { index($_, $letters) >= 0 } <$file>), "\n";
