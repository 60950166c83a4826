# SPDX-License-Identifier: MIT
# tries: to make system calls by number from Python: socket, ptrace, unshare, bpf.
# stopped by: seccomp, capabilities, user-namespace
# policy: python
# options: --on-refusal errno
# right: ok
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
if libc.syscall(272, 0x10000000) == 0 and libc.syscall(272, 0x40000000) == 0:
    print("ESCAPED: root of namespaces of its own")
for number, arguments in ((321, (0, 0, 0)), (101, (16, 1, 0, 0)), (298, (0, 0, -1, -1, 0))):
    print("held:", libc.syscall(number, *arguments), ctypes.get_errno())
