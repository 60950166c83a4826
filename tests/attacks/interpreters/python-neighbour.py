# SPDX-License-Identifier: MIT
# tries: nothing: threads, a file, a regular expression, JSON.
# kind: neighbour
# stopped by: nothing
# policy: python
# right: ok
# prints: 49995000
import json
import re
import threading

found = []
thread = threading.Thread(target=lambda: found.append(sum(range(10000))))
thread.start()
thread.join()
with open("data.json", "w", encoding="utf-8") as file:
    json.dump({"sum": found[0]}, file)
with open("data.json", encoding="utf-8") as file:
    print(re.sub(r"[^0-9]", "", file.read()))
