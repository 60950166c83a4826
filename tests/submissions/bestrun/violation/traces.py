# SPDX-License-Identifier: MIT
import ctypes

ctypes.CDLL(None).ptrace(0, 0, None, None)
print("traced")
