# SPDX-License-Identifier: MIT
"""Each attack twice in a warm box of a pool, and a probe for leftovers after each.

One batch of four jobs, one after the other: the attack, the probe, the attack,
the probe. The probe (probe.c) tells what a new box would not have.
"""
import base64
import collections
import json

import host_state
from suite import Result, has_second_uid

LEVELS = ("single-use", "fresh", "verified")
POLICIES = ("native", "shell")  # under the others, the probe cannot look


def is_for_it(case):
    return (case.is_built and case.keys.get("policy", "native") in POLICIES and
            "descriptors" not in case.keys and "--stdin" not in case.keys.get("options", ""))


def jobs(suite, case):
    attack = {"argv": case.command(suite.plants.names(), suite.programs)}
    probe = {"argv": [str(suite.programs / "probe")]}
    return [dict(job, id=str(number)) for number, job in
            enumerate((attack, probe, attack, probe))]


def run_batch(suite, case, level, result):
    """The results, in order; [] where there is none."""
    path = suite.work / "jobs"
    path.write_text("".join(json.dumps(job) + "\n" for job in jobs(suite, case)))
    words = [suite.dualpipe, "batch", "--quiet", "--ordered", "-j", "1", "--freshness", level,
             "--keep-output", "16M", "-P",
             case.keys.get("policy", "native"), *case.words("options", suite.plants.names())]
    if "-t" in words and "-w" not in words:
        words += ["-w", "50"]
    process = suite.start([*words, path])
    output, messages = suite.finish(process, result, timeout=240)
    path.unlink()
    lines = output.splitlines()
    if len(lines) != 4:
        result.wrong.append(f"{len(lines)} results of 4: status {process.returncode}, "
                            f"{messages[-300:]!r}")
        return []
    return [json.loads(line) for line in lines]


def text_of(job, stream):
    if job.get(stream) is not None:
        return job[stream].encode()
    return base64.b64decode(job.get(f"{stream}_base64") or "")


def judge(suite, case, result, found):
    for number, job in enumerate(found):
        output = text_of(job, "stdout")
        if number % 2 == 0:
            suite.look(result, output, text_of(job, "stderr"))
            suite.judge(result, {"ok": 0, "internal-error": 2}.get(job["verdict"], 1), job, output,
                        b"")
        elif job["verdict"] != "ok" or output:
            result.harm.append(f"left in the box ({job['verdict']}): {output[:300]!r}, "
                               f"{job['reason']}")


def run_case(suite, case, level):
    """The result, and how fresh the boxes were that it had."""
    result = Result(case, suite.name)
    before = suite.watch.snapshot()
    found = run_batch(suite, case, level, result)
    judge(suite, case, result, found)
    result.harm += suite.watch.differences(before)
    if result.harm or result.wrong:
        suite.mend()
    return result, [job["freshness"] for job in found]


def run(options, suites, cases):
    failed, had = 0, collections.Counter()
    levels = LEVELS if options.freshness == "all" else (options.freshness,)
    for suite in suites:
        for level in levels:
            if level == "verified" and suite.uid != 0 and not has_second_uid():
                print(f"skipped: {suite.name}: verified needs a second uid: second_uid.py")
                continue
            for case in filter(is_for_it, cases):
                result, freshness = run_case(suite, case, level)
                had.update(freshness)
                failed += bool(result.harm or result.wrong)
                print(f"{case.title:<36}{suite.name:<8}{level:<12}{result.seconds:>6.2f} s  "
                      f"{result.word()}{': ' + result.why()[:1000] if result.why() else ''}",
                      flush=True)
    host_state.reap(set())
    print(f"{failed} failed; boxes: " + ", ".join(f"{count} {word}" for word, count in had.items()))
    return failed
