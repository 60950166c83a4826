# SPDX-License-Identifier: MIT
# tries: to start a shell from Perl, and to read a secret.
# stopped by: seccomp, mount-namespace, landlock
# policy: script
# options: --on-refusal errno
# arguments: {secret} {mark}
# right: ok, nonzero-exit
use strict;
use warnings;

my ($secret, $mark) = @ARGV;
print "held: $!\n" if system("echo", "ESCAPED: another program") != 0;
if (open(my $file, '<', $secret)) {
    print "ESCAPED: the secret\n" if <$file> =~ /the-secret-of-$mark/;
}
