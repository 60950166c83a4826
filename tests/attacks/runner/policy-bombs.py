# SPDX-License-Identifier: MIT
# tries: to hang or crash the command by a policy: loops, lines without end, NUL, very many rules.
# stopped by: bounds on all of these
from host_script import NEIGHBOUR, check, pathlib, run

texts = {"loop": b"use ./loop.policy\n", "line": b"allow " + b"x" * (1 << 20) + b"\n",
         "nul": b"use native\0\n", "many": b"allow read fd=1\n" * 50000, "empty": b"",
         "cut": b"use native", "deep": b"group @a\nuse @a\nend\nuse @a\n", "bits": bytes(range(256))}
for name, text in texts.items():
    path = pathlib.Path(f"{name}.policy")
    path.write_bytes(text)
    done = run("--quiet", "-P", f"./{name}.policy", "--", NEIGHBOUR, "mark")
    check(done.status == 2 or name == "empty", f"{name}: {done}")
    check(done.seconds < 20, f"{name}: {done.seconds} s")
    path.unlink()
