# SPDX-License-Identifier: MIT
# tries: to start a shell from Python, in all the ways that it has.
# stopped by: seccomp, mount-namespace, landlock
# policy: python
# options: --on-refusal errno
# right: ok
import os
import subprocess

WORDS = ["echo", "ESCAPED: another program"]
for way in (lambda: os.system(" ".join(WORDS)), lambda: os.execvp("echo", WORDS),
            lambda: os.posix_spawn("/bin/echo", WORDS, {}),
            lambda: print(subprocess.run(WORDS, stdout=subprocess.PIPE, check=True).stdout)):
    try:
        way()
    except OSError as error:
        print("held:", error)
