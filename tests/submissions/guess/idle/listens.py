# SPDX-License-Identifier: MIT
print(input())
