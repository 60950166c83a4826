# SPDX-License-Identifier: MIT
# tries: to overflow the interpreter's stack by recursion without a bound.
# stopped by: rlimits; what crashes is the target alone
# policy: python
# options: -m 256M --stack 8M
# right: nonzero-exit, signalled=11, memory-limit
# raw: no: it harms only itself
import sys

sys.setrecursionlimit(10**9)


def descend(depth):
    return descend(depth + 1) + 1


print(descend(0))
