#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What must not be there: foreign symbols in the child's code, exports that are
not public, words that the sources may not use.

symbols_test.py --nm NM --library LIBDUALPIPE.SO --source DIRECTORY OBJECT...
"""
import argparse
import pathlib
import re
import subprocess
import sys

# All that the code between clone and exec may call: itself.
CHILD_MAY_CALL = re.compile(r"(child|dp_child)_\w+")
# With these, descriptors from 1,024 on abort or corrupt the stack.
FORBIDDEN = re.compile(r"\bFD_(SET|CLR|ISSET|ZERO)\b")
# Clocks that anyone may set: no deadline and no figure is theirs.
WALL_CLOCK = re.compile(r"\bCLOCK_REALTIME\b|\bgettimeofday\b|\btime\((NULL|&)")
CONTINUE = "SECCOMP_USER_NOTIF_FLAG_CONTINUE"
MAY_CONTINUE = {"dp_notify_continue_exec", "dp_notify_continue_witnessed"}


def symbols(nm, option, path):
    """The names that nm(1) lists, in its portable format: the name comes first."""
    output = subprocess.run([nm, "--format=posix", *option.split(), path], check=True, text=True,
                            timeout=60, stdout=subprocess.PIPE).stdout
    return [line.split()[0].split("@")[0] for line in output.splitlines() if line.strip()]


def child_failures(nm, objects):
    found = [] if objects else ["the child has no object files"]
    for path in objects:
        found += [f"{pathlib.Path(path).name} calls {name}"
                  for name in symbols(nm, "--undefined-only", path)
                  if name != "_GLOBAL_OFFSET_TABLE_" and not CHILD_MAY_CALL.fullmatch(name)]
    return found


def export_failures(nm, library):
    names = symbols(nm, "--dynamic --defined-only", library)
    found = [] if "dualpipe_open" in names else [f"{library} exports no dualpipe_open"]
    return found + [f"{library} exports {name}" for name in names
                    if not name.startswith("dualpipe_")]


def without_comments(text):
    return re.sub(r"/\*.*?\*/", lambda match: "\n" * match.group().count("\n"), text, flags=re.S)


def function_around(lines, index):
    """The name of the function whose body holds the line."""
    for line in reversed(lines[:index + 1]):
        match = re.match(r"[a-z].*?(\w+)\(", line)
        if match:
            return match.group(1)
    return None


def word_failures(source):
    found = []
    for path in sorted(p for folder in ("lib", "runner") for p in (source / folder).rglob("*.[ch]")):
        lines = without_comments(path.read_text(encoding="utf-8")).splitlines()
        for index, line in enumerate(lines):
            place = f"{path.relative_to(source)}:{index + 1}"
            if FORBIDDEN.search(line):
                found.append(f"{place}: {line.strip()}")
            if WALL_CLOCK.search(line):
                found.append(f"{place}: asks a clock that can be set")
            if CONTINUE in line:
                name = function_around(lines, index)
                if path.name != "notify.c" or name not in MAY_CONTINUE:
                    found.append(f"{place}: {name} lets calls go on")
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--nm", required=True)
    parser.add_argument("--library", required=True)
    parser.add_argument("--source", required=True, type=pathlib.Path)
    parser.add_argument("objects", nargs="*")
    options = parser.parse_args()
    objects = [path for entry in options.objects for path in entry.split(";") if path]
    failed = 0
    for what, found in (
            ("the child's code calls nothing but itself", child_failures(options.nm, objects)),
            ("only dualpipe_ symbols are exported", export_failures(options.nm, options.library)),
            ("no source uses what may not be used", word_failures(options.source))):
        print(f"{'FAILED' if found else 'passed'}: {what}")
        for line in found:
            print(f"    {line}")
        failed += bool(found)
    print(f"{3 - failed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
