# SPDX-License-Identifier: MIT
import sys

while True:
    sys.stdout.write("the best run is the next one\n" * 100)
