# SPDX-License-Identifier: MIT
# tries: to write output without end from Python.
# stopped by: the output limit
# policy: python
# options: -o 100K
# right: output-limit
# output at most: 102400
import os

for _ in range(200):
    os.write(1, b"x" * 65536)
