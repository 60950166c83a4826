# SPDX-License-Identifier: MIT
# tries: to break the report by arguments that are no UTF-8.
# stopped by: reports that are valid UTF-8 in any case
from host_script import NEIGHBOUR, check, run, start, finish, json, pathlib

for word in (b"\xff\xfe", b"\xed\xa0\x80", b"\xc0\x80", b"\x80" * 1000):
    done = finish(start("--quiet", "--report", "r", "--", NEIGHBOUR, b"mark", word))
    report = json.loads(pathlib.Path("r").read_bytes().decode("utf-8"))
    check(done.status == 0 and report["verdict"] == "ok", f"{word!r}: {done}")
    pathlib.Path("r").unlink()
    run("--", NEIGHBOUR.parent / "not-there", "x")
