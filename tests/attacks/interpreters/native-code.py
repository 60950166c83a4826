# SPDX-License-Identifier: MIT
# tries: to run written machine code from Python, by ctypes.
# stopped by: seccomp (W^X)
# policy: python
# options: --on-refusal errno
# right: ok, nonzero-exit, signalled
import ctypes
import mmap

try:
    memory = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC,
                       flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    memory.write(b"\xb8\x2a\x00\x00\x00\xc3")
    code = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(memory)))
    if code() == 42:
        print("ESCAPED: written code ran")
except OSError as error:
    print("held:", error)
