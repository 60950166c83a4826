#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What policy/THREATS.md and README name exists: tests, attacks, files, links.

threats_test.py SOURCE < the names of all tests, one a line

In THREATS.md, each guarantee of "Promised" must have tests under "Proved by", and
every name there in `code` must be a test, an attack or family of attacks (a * stands
for any text), or a file.
"""
import pathlib
import re
import sys


def names_of_tests(text):
    """CTest's own list: '  Test #12: name'. With the parts before an underscore: a row may
    name all tests of a kind."""
    names = set(re.findall(r"Test\s+#\d+: (\S+)", text))
    kinds = {name.rsplit("_", count)[0] for name in names for count in range(1, name.count("_") + 1)}
    return names | kinds


def attacks(source):
    found = set()
    for path in (source / "tests" / "attacks").glob("*/*"):
        found |= {path.stem, f"{path.parent.name}/{path.stem}", path.parent.name}
    return found


def is_there(name, known, source):
    if "*" in name:
        pattern = re.compile(re.escape(name).replace(r"\*", "[^/]*"))
        return any(pattern.fullmatch(each) for each in known)
    name = name.removeprefix("tests/attacks/").rstrip("/")
    return name in known or (source / name).exists() or (source / "policy" / name).exists()


def rows(text, heading):
    """The cells of the tables below a heading, up to the next one."""
    part = re.split(r"^## ", text, flags=re.M)
    part = next(each for each in part if each.startswith(heading))
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in part.splitlines()
            if line.startswith("|") and not line.startswith("|---")]


def main():
    source = pathlib.Path(sys.argv[1])
    known = names_of_tests(sys.stdin.read()) | attacks(source)
    text = (source / "policy" / "THREATS.md").read_text(encoding="utf-8")
    wrong = []
    proofs = rows(text, "Proved by")[1:]
    if len(known) < 100 or len(proofs) < 5:
        wrong.append(f"only {len(known)} names of tests and {len(proofs)} rows were found")
    for guarantee, tests in proofs:
        wrong += [f"{guarantee}: there is no test {name}" for name in re.findall(r"`([^`]+)`", tests)
                  if not is_there(name, known, source)]
        if "`" not in tests and "every attack" not in tests:
            wrong.append(f"{guarantee}: no test is named")
    for attack, *_ in rows(text, "Two locks"):
        wrong += [f"two locks: there is no attack {name}"
                  for name in re.findall(r"`([a-z-]+/[^`]+)`", attack)
                  if not is_there(name, known, source)]
    promised = re.split(r"^## ", text, flags=re.M)
    promised = next(each for each in promised if each.startswith("Promised"))
    numbers = set(re.findall(r"^(\d+)\. ", promised, flags=re.M))
    proved = {match[1] for row in proofs if (match := re.match(r"(\d+)\.", row[0]))}
    wrong += [f"promise {number} has no row of proofs" for number in sorted(numbers - proved)]
    for name in ("README.md", "policy/THREATS.md"):
        page = (source / name).read_text(encoding="utf-8")
        wrong += [f"{name}: there is no {target}"
                  for target in re.findall(r"\]\(([^):#]+)\)", page)
                  if not (source / name).parent.joinpath(target).exists()]
    print("\n".join(wrong) or f"{len(proofs)} rows name tests that exist")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
