# SPDX-License-Identifier: MIT
# tries: to have four times the memory that it may, in Python, and to hide that by catching the error.
# stopped by: the memory limit
# policy: python
# options: -m 64M
# right: memory-limit, ok, nonzero-exit
pieces = []
try:
    while len(pieces) < 256:
        pieces.append(bytearray(b"x") * (1 << 20))
    print("ESCAPED: 256 MiB of memory")
except MemoryError:
    pieces.clear()
    print("held: out of memory")
