# SPDX-License-Identifier: MIT
# tries: to read a secret of the host from Python.
# stopped by: mount-namespace, landlock
# policy: python
# arguments: {secret} {mark}
# right: ok
import os
import sys

secret, mark = sys.argv[1:3]
for path in (secret, "/proc/1/root" + secret, "/proc/self/environ", "../" * 32 + secret):
    try:
        with open(path, "rb") as file:
            if ("the-secret-" + "of-" + mark).encode() in file.read():
                print("ESCAPED: the secret, by", path)
    except OSError as error:
        print("held:", error)
if any("the-secret-" + "of-" + mark in value for value in os.environ.values()):
    print("ESCAPED: the secret, in the environment")
