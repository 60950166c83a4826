# SPDX-License-Identifier: MIT
# tries: to reach a server on the host from Python.
# stopped by: network-namespace, seccomp, landlock
# policy: python
# options: --on-refusal errno
# arguments: {port} {mark}
# right: ok
import socket
import sys

port, mark = int(sys.argv[1]), sys.argv[2]
try:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        if ("the-secret-" + "of-" + mark).encode() in connection.recv(4096):
            print("ESCAPED: the secret, by TCP")
except OSError as error:
    print("held:", error)
