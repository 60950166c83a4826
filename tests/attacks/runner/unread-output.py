# SPDX-License-Identifier: MIT
# tries: to hang its supervisor by output that nobody reads.
# stopped by: writing without waiting; deadlines that are kept
import os
import threading
import time

from host_script import PROGRAMS, check, finish, json, pathlib, start


def keeps_deadline(stream, reader):
    """The target ends in time, though the command waits for its reader; then all comes."""
    process = start("--quiet", "--report", "r", "-w", "1", "-o", "unlimited", "--",
                    PROGRAMS / "output" / "flood-out", "mark", stdout=stream)
    os.close(stream)
    time.sleep(2.5)
    pieces = []
    thread = threading.Thread(target=lambda: read_all(reader, pieces))
    thread.start()
    done = finish(process)
    report = json.loads(pathlib.Path("r").read_text())
    pathlib.Path("r").unlink()
    check(done.status == 1 and report["verdict"] == "wall-limit", f"{done}, {report}")
    check(report["wall_us"] < 3000000, f"{report}")
    thread.join(timeout=10)
    size = sum(len(piece) for piece in pieces)
    check(size >= 4096, f"only {size} bytes came")


def read_all(reader, pieces):
    try:
        while piece := os.read(reader, 65536):
            pieces.append(piece)
    except OSError:
        pass  # a terminal whose other end is closed


ends = os.pipe()
keeps_deadline(ends[1], ends[0])
