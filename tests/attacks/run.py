#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The attack suite: what tries to get out, to forge and to exhaust, and may not.

run.py --dualpipe COMMAND --programs DIRECTORY [--only TEXT,...] [--times N]

Every attack is a file below this directory; the comment at its top says what it
tries, what must stop it and which verdicts are right (see README.md). The host is
looked at before and after each one. Started by root, all is done as root and as
nobody. Exit status 0: every attack was held, every neighbour left in peace.

--raw       shows that they are attacks: runs them without DualPipe, in namespaces
            made for it (as root); --raw=vm: those that take a whole machine, in an
            emulated one that tests/vm/vm_test.py makes
--layers    takes each layer away in turn and writes the table of locks
--score     the safe ones alone, a score; what dualpipe doctor --attack does
--self-test plants leftovers and wrong verdicts, which the driver must find
"""
import argparse
import collections
import os
import pathlib
import resource
import shutil
import sys
import tempfile

import attack_case
import freshness
import host_state
import layers
import raw_place
import score
import self_test
from suite import HERE, Suite

NOBODY = 65534


def print_line(words):
    title, user, verdict, seconds, word, why = words
    print(f"{title:<36}{user:<8}{verdict:<18}{seconds:>6.2f} s  {word}"
          f"{': ' + why[:1500] if why else ''}", flush=True)


def print_table(results):
    """How many of each family were held."""
    rows = collections.defaultdict(collections.Counter)
    for result in results:
        rows[result.case.family]["neighbours" if result.case.is_neighbour else "attacks"] += 1
        rows[result.case.family][result.word()] += 1
    columns = ("attacks", "neighbours", "held", "fine", "ESCAPED", "WRONG", "skipped")
    print(f"\n{'family':<14}" + "".join(f"{name:>12}" for name in columns))
    total = collections.Counter()
    for family in attack_case.FAMILIES:
        if family in rows:
            total.update(rows[family])
            print(f"{family:<14}" + "".join(f"{rows[family][name]:>12}" for name in columns))
    print(f"{'all':<14}" + "".join(f"{total[name]:>12}" for name in columns))
    return total["ESCAPED"] + total["WRONG"]


def run_all(options, suites, cases):
    results = []
    for suite in suites:
        for case in cases:
            for _ in range(options.times):
                result = suite.box(case)
                print_line((case.title, suite.name, result.verdict, result.seconds, result.word(),
                            result.why()))
                results.append(result)
    return print_table(results)


def copy_all(options, place):
    """To where every user may read them."""
    place.chmod(0o755)
    if options.dualpipe:
        shutil.copy2(options.dualpipe, place / "dualpipe")
        for judge in (options.dualpipe.parent / "dualpipe-judge",
                      options.dualpipe.parent.parent / "libexec/dualpipe/dualpipe-judge"):
            if judge.exists() and not (place / judge.name).exists():
                shutil.copy2(judge, place)
    shutil.copytree(options.programs, place / "programs")
    shutil.copytree(HERE, place / "sources", ignore=shutil.ignore_patterns("__pycache__"))
    for directory in (place / "programs", place / "sources"):
        for path in [directory, *directory.rglob("*")]:
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    for case in attack_case.read_all(HERE):
        if case.build == "set-id" and not options.score:
            os.chmod(place / "programs" / case.family / case.name, 0o6755)


def users_of(options):
    if os.geteuid() != 0:
        return [("self", None)]
    all_users = [("root", 0), ("nobody", NOBODY)]
    return [user for user in all_users if user[0] in options.users]


def has_nobody():
    """Whether files can be nobody's, and this process can become it."""
    lines = pathlib.Path("/proc/self/uid_map").read_text(encoding="ascii").splitlines()
    return any(int(first) <= NOBODY < int(first) + int(count)
               for first, _, count in map(str.split, lines))


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dualpipe", type=pathlib.Path)
    parser.add_argument("--programs", required=True, type=pathlib.Path)
    parser.add_argument("--only", default="", help="attacks with one of these in family/name")
    parser.add_argument("--users", default="root,nobody", type=lambda text: text.split(","))
    parser.add_argument("--times", type=int, default=2, help="each attack so often")
    parser.add_argument("--without", action="append", default=[], metavar="LAYER")
    parser.add_argument("--freshness", metavar="LEVEL", choices=(*freshness.LEVELS, "all"),
                        help="twice in a warm box, a probe in between: "
                             f"{', '.join(freshness.LEVELS)}, all")
    parser.add_argument("--raw", nargs="?", const="namespaces", choices=("namespaces", "here", "vm"))
    parser.add_argument("--layers", metavar="FILE", type=pathlib.Path)
    parser.add_argument("--check", action="store_true",
                        help="with --layers: compare with FILE, do not write it")
    parser.add_argument("--score", choices=("table", "json"),
                        help="those that are safe wherever they get, as dualpipe doctor --attack")
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("--list", action="store_true")
    return parser.parse_args()


def act(options, suites, cases):
    """Returns how much was not as it should be."""
    if options.self_test:
        return self_test.run(suites)
    if options.raw:
        return raw_place.run(suites, cases)
    if options.layers:
        return layers.run(options, suites, cases, attack_case.read_all(HERE))
    if options.freshness:
        return freshness.run(options, suites, cases)
    return run_all(options, suites, cases)


def main():
    sys.dont_write_bytecode = True
    options = read_arguments()
    cases = attack_case.read_all(HERE, options.only)
    if options.list:
        for case in cases:
            print(f"{case.title:<36}{case.keys['tries']}")
        return 0
    if options.raw == "vm":
        return raw_place.enter_machine(options, cases)
    if raw_place.is_wanted(options):
        return raw_place.enter(options)
    if not host_state.adopt_orphans():
        print("skipped: this process cannot adopt orphans, so none would be found")
        return 77
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    if options.score and os.geteuid() == 0 and not has_nobody():
        return score.give_up(options, "this root has no second user (uid 65534) here, as in some "
                             "containers: be an ordinary user, or map more ids")
    with tempfile.TemporaryDirectory(prefix="dualpipe-attacks-") as directory:
        place = pathlib.Path(directory)
        copy_all(options, place)
        suites = [Suite(options, place, name, uid) for name, uid in users_of(options)]
        os.chdir("/")
        try:
            if options.score:
                return score.run(options, suites, cases)
            return act(options, suites, cases) > 0
        finally:
            for suite in suites:
                suite.remove()


if __name__ == "__main__":
    sys.exit(main())
