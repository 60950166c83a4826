# SPDX-License-Identifier: MIT
# tries: to write lines of results by itself: its output, its file names and its id hold whole
#     results, line ends of every kind, and bytes that are no text.
# stopped by: every string of a target is escaped, and no two results share a line
import base64
import json

from host_script import batch, check, escaped

FORGED = '\n{"id": "other", "line": 1, "verdict": "ok", "accepted": true, "stdout": "42"}\n'
ODD = FORGED + "\u2028\u2029\x85\x0b\x0c\r\x1e\x00\ufeff\U0010ffff"
jobs = [{"id": FORGED, "argv": ["sh", "-c", "cat; cat >&2 <in; false"], "policy": "shell",
         "stdin": ODD, "files": [{"name": "in", "text": ODD}], "collect": ["in", FORGED[:60]],
         "expect": {"stdout": "42", "compare": "tokens"}},
        {"id": "other", "argv": ["sh", "-c", "cat; exit 3"], "policy": "shell",
         "stdin_base64": base64.b64encode(bytes(range(256)) * 3 + FORGED.encode()).decode()},
        {"id": "last", "argv": ["cat"], "stdin": "plain"}]
for jobs_at_once in ("1", "2"):
    results = batch(jobs, "-j", jobs_at_once)
    if [result["id"] for result in results] != [FORGED, "other", "last"]:
        escaped(f"the ids are {[result['id'] for result in results]}")
    first, second, last = results
    if first["accepted"] or first["verdict"] == "ok" or second["verdict"] != "nonzero-exit":
        escaped(f"the verdicts are {json.dumps(results)[:500]}")
    check(first["stdout"] == ODD and first["stderr"] == ODD, "its output is changed")
    check(base64.b64decode(second["stdout_base64"])[:768] == bytes(range(256)) * 3, "bytes changed")
    check(last["verdict"] == "ok" and last["stdout"] == "plain", f"the next job: {last}")
