# SPDX-License-Identifier: MIT
"""A score of this host and this install: what `dualpipe doctor --attack` prints.

Only attacks that stay harmless wherever they get. Exit status 0: all were held; 1:
one was not; 2: nothing can be said, for no box can be made or nothing was tried.
"""
import collections
import json
import os
import platform
import subprocess

from attack_case import FAMILIES

HELD = ("held", "fine")


def why_no_box(suite):
    """What the command says where it makes no box here; "" where it does."""
    process = suite.start([suite.dualpipe, "run", "--", "/bin/true"])
    try:
        messages = process.communicate(timeout=60)[1]
    except subprocess.TimeoutExpired:
        process.kill()
        return "it hangs"
    return "" if process.returncode == 0 else messages.decode("utf-8", "replace").strip()


def print_row(result):
    layers = ", ".join(result.case.layers) or result.case.keys["stopped by"]
    why = f": {result.why()[:600]}" if result.word() not in HELD else ""
    print(f"  {result.word():<8}  {result.case.title:<36}{result.user:<8}{result.verdict:<16}"
          f"{layers[:60]}{why}", flush=True)


def row(result):
    case = result.case
    return {"name": case.title, "family": case.family, "user": result.user,
            "tries": case.keys["tries"], "kind": "neighbour" if case.is_neighbour else "attack",
            "verdict": result.verdict, "outcome": result.word().lower(),
            "stopped_by": case.keys["stopped by"], "layers": case.layers,
            "seconds": round(result.seconds, 3), "why": result.why() or None}


def count(results):
    words = collections.Counter()
    for result in results:
        words["neighbours" if result.case.is_neighbour else "attacks"] += 1
        words[result.word()] += 1
    words["attacks"] -= sum(result.word() == "skipped" and not result.case.is_neighbour
                            for result in results)
    words["neighbours"] -= sum(result.word() == "skipped" and result.case.is_neighbour
                               for result in results)
    return words


def print_score(results, unsafe):
    words = count(results)
    print("\n  family          held of attacks")
    for family in FAMILIES:
        of_family = count([result for result in results if result.case.family == family])
        if of_family["attacks"]:
            print(f"  {family:<14}{of_family['held']:>6} of {of_family['attacks']}")
    if unsafe:
        print(f"\n  not tried, for what they would do if they got out: "
              f"{', '.join(case.title for case in unsafe)}")
    print(f"\n{words['held']} of {words['attacks']} attacks were held, {words['fine']} of "
          f"{words['neighbours']} honest programs left in peace, {words['ESCAPED']} escaped, "
          f"{words['WRONG']} got a wrong verdict, {words['skipped']} could not be run here.")


def print_json(results, unsafe, error):
    words = count(results)
    print(json.dumps({
        "schema": 1, "kernel": platform.release(), "as_root": os.geteuid() == 0, "error": error,
        "held": words["held"], "attacks": words["attacks"], "in_peace": words["fine"],
        "neighbours": words["neighbours"], "escaped": words["ESCAPED"], "wrong": words["WRONG"],
        "skipped": words["skipped"], "results": [row(result) for result in results],
        "not_tried": [{"name": case.title, "why": case.why_unsafe} for case in unsafe]}))


def try_all(options, suites, cases):
    results = []
    for suite in suites:
        for case in cases:
            result = suite.box(case)
            results.append(result)
            if options.score == "table":
                print_row(result)
    return results


def give_up(options, error):
    if options.score == "json":
        print_json([], [], error)
    else:
        print(f"No attack was tried: {error}")
    return 2


def run(options, suites, cases):
    unsafe = [case for case in cases if case.why_unsafe]
    cases = [case for case in cases if not case.why_unsafe]
    error = next((why for why in map(why_no_box, suites) if why), None)
    if not error and not cases:
        error = "there is no such attack, or none that is safe"
    if error:
        return give_up(options, error)
    results = try_all(options, suites, cases)
    if options.score == "json":
        print_json(results, unsafe, None)
    else:
        print_score(results, unsafe)
    if all(result.word() == "skipped" for result in results):
        return 2
    return int(any(result.word() in ("ESCAPED", "WRONG") for result in results))
