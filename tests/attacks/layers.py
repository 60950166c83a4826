# SPDX-License-Identifier: MIT
"""The table of locks: which layers stop an attack, found by taking them away.

First each layer alone: an attack that gets out then had one lock only, and
policy/THREATS.md must say why. Then all at once, and back one by one while the
attack still gets out: what cannot be put back are locks each of which holds alone.
All of this as nobody, in a throw-away place (raw_place.py).
"""
import re
import subprocess
import sys

import raw_place
from attack_case import LAYERS
from suite import HERE

THREATS = HERE.parents[1] / "policy" / "THREATS.md"
ONLY, ONE_OF, NOT_HERE = "●", "○", "–"
SHORT = {"user-namespace": "user", "pid-namespace": "pid", "mount-namespace": "mount",
         "network-namespace": "net", "ipc-namespace": "ipc", "uts-namespace": "uts",
         "cgroup-namespace": "cgns", "capabilities": "caps", "no-new-privileges": "nnp",
         "seccomp": "seccomp", "landlock": "landlock", "rlimits": "rlimits", "cgroup": "cgroup",
         "descriptors": "fds"}
# Taken away together: without a pid namespace the policy must be in force, so that
# no process outlives the run.
TOGETHER = ("pid-namespace", "seccomp")
HEAD = """# The table of locks

Written by `tests/attacks/run.py --layers`: every attack of confinement, run as an ordinary user with
layers taken away by `--without`, in namespaces made for that. Kernel {kernel}.

{only} the only lock: without this layer alone the attack gets out. {one_of} one of several: the attack gets
out only when all of these are taken away, so that each of them holds alone. {not_here} could not be taken
away for this attack. The user namespace cannot be given up by an ordinary user and is always on here;
pid and seccomp are never taken away together, so that no process outlives its run. A row without a mark
was held in all of these runs: with everything gone but the user namespace and pid, and with everything
gone but the user namespace and seccomp. What the exceptions ({only}) mean stands in
[policy/THREATS.md](../../policy/THREATS.md).

"""


class Locks:
    """Of one attack."""

    def __init__(self, suite, case):
        self.suite, self.case = suite, case
        self.only, self.one_of, self.not_here = set(), set(), set()

    def escapes(self, layers):
        """Whether it gets out without these; None where they cannot be given up."""
        more = [word for layer in sorted(layers) for word in ("--without", layer)]
        more += ["-w", "8"]  # what only waits shall not wait for long
        result = self.suite.box(self.case, more, patience=0.3)
        if not result.harm:
            return None if result.verdict in ("-", "internal-error") else False
        # Others work on this machine: harm is what can be done again.
        return bool(self.suite.box(self.case, more, patience=0.3).harm)

    def find_only(self):
        for layer in LAYERS[1:]:
            found = self.escapes({layer})
            if found:
                self.only.add(layer)
            elif found is None:
                self.not_here.add(layer)

    def find_one_of(self):
        """From both ends, for two ways may need different locks."""
        for kept in TOGETHER[:1] if self.only else TOGETHER:
            everything = {layer for layer in LAYERS[1:] if layer not in self.not_here} - {kept}
            if not self.escapes(everything):
                continue
            for order in (LAYERS, LAYERS[::-1]):
                self.one_of |= self.smallest(everything, order)
        self.one_of -= self.only

    def smallest(self, taken, order):
        for layer in order:
            if layer in taken and self.escapes(taken - {layer}):
                taken = taken - {layer}
        return taken

    def row(self):
        marks = []
        for layer in LAYERS[1:]:
            marks.append(ONLY if layer in self.only else ONE_OF if layer in self.one_of else
                         NOT_HERE if layer in self.not_here else "")
        return f"| {self.case.title} | " + " | ".join(marks) + " |"


def confinement(cases):
    """Those that do harm by getting out of something; use of too much is no such thing."""
    return [case for case in cases
            if set(case.layers) - {"rlimits", "cgroup"} and not case.raw.startswith("no:") and
            not case.is_neighbour and not case.is_host_script]


def read_table(path):
    """title: layers that are its only lock."""
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) == len(LAYERS) and re.fullmatch(r"[a-z-]+/[a-z0-9-]+", cells[0]):
            found[cells[0]] = {layer for layer, mark in zip(LAYERS[1:], cells[1:]) if mark == ONLY}
    return found


def unexplained(titles):
    """Exceptions that THREATS.md does not name."""
    text = THREATS.read_text(encoding="utf-8")
    return [title for title in sorted(titles) if f"`{title}`" not in text]


def check(options, suite, cases, everything):
    """Whether the table still tells the truth, for those cases."""
    table, failed = read_table(options.layers), 0
    for case in confinement(everything):
        if case.title not in table:
            print(f"{options.layers} has no row for {case.title}: write it anew")
            failed += 1
    for title in unexplained(title for title, only in table.items() if only):
        print(f"{THREATS} does not explain {title}")
        failed += 1
    for case in confinement(cases):
        locks = Locks(suite, case)
        locks.find_only()
        worse = locks.only - table.get(case.title, set())
        print(f"{case.title:<36}{'as before' if not worse else 'WORSE: one lock only: '}"
              f"{', '.join(sorted(worse))}", flush=True)
        failed += bool(worse)
    return failed


def write(options, suite, cases):
    rows, exceptions, counts = [], set(), []
    for case in confinement(cases):
        locks = Locks(suite, case)
        locks.find_only()
        locks.find_one_of()
        rows.append(locks.row())
        counts.append(len(locks.one_of) if not locks.only else 1)
        if locks.only:
            exceptions.add(case.title)
        print(f"{case.title:<36}only {', '.join(sorted(locks.only)) or '-'}; one of "
              f"{', '.join(sorted(locks.one_of)) or '-'}", flush=True)
    kernel = subprocess.run(["uname", "-r"], stdout=subprocess.PIPE, text=True, check=True).stdout
    kernel = re.match(r"\d+\.\d+", kernel).group(0)
    text = HEAD.format(kernel=kernel, only=ONLY, one_of=ONE_OF, not_here=NOT_HERE)
    text += "| attack | " + " | ".join(SHORT[layer] for layer in LAYERS[1:]) + " |\n"
    text += "|---|" + ":-:|" * (len(LAYERS) - 1) + "\n" + "\n".join(rows) + "\n"
    text += (f"\n{len(rows)} attacks: {sum(count > 1 for count in counts)} with two locks or more "
             f"that could be taken away, {sum(count == 1 for count in counts) - len(exceptions)} "
             f"with one beside what could not, {counts.count(0)} held with all of them gone, "
             f"{len(exceptions)} exceptions with one lock.\n")
    sys.stdout.write(text)
    return text, exceptions


def run(options, suites, cases, everything):
    suite = suites[0]
    if options.check:
        return check(options, suite, cases, everything)
    text, exceptions = write(options, suite, cases)
    raw_place.write_outside(text)
    for title in unexplained(exceptions):
        print(f"{THREATS} does not explain {title}")
    return len(unexplained(exceptions))
