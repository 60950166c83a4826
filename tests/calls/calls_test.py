#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Programs of random system calls, under every policy, as root and as nobody.

calls_test.py --dualpipe COMMAND --program RANDOM_CALLS --attacks DIRECTORY
              [--seconds N] [--seed N] [--only POLICY,...] [--users root,nobody]
calls_test.py ... --repeat SEED --only POLICY --users USER

Whatever a program does: the host stays as it was (processes, mounts, cgroups, IPC,
keys, files, sockets, settings, clock, network), and the verdict is one that its
figures bear out, never internal-error. DIRECTORY has the programs of the attack suite,
whose look at the host this is. What is wrong is told with the seed that does it again.
"""
import argparse
import collections
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "attacks"))
import host_state  # noqa: E402
from suite import Result, Suite  # noqa: E402

NOBODY = 65534
JOBS = 20  # in one batch, between two looks at the host
LEVELS = ("single-use", "fresh", "verified")
LIMITS = {"time": "250ms", "wall": "400ms", "memory": "64M", "output": "256K", "disk": "1M",
          "processes": 12}
UIDS = range(0x77000000, 0x77000000 + 65536)  # lib/identity.h: of root's boxes


class Watch(host_state.Watch):
    """What random numbers may reach, beside what attacks look for by name."""

    def network(self):
        found = [f"link {line.split(':')[0].strip()}"
                 for line in host_state.read("/proc/net/dev").decode().splitlines()[2:]]
        for name in ("route", "if_inet6"):
            found += [f"{name} {line}"
                      for line in host_state.read(f"/proc/net/{name}").decode().splitlines()]
        return found

    def of_boxes(self):
        """Things of uids that only boxes have: root's."""
        found = []
        for kind, column in (("shm", 7), ("sem", 4), ("msg", 7)):
            for line in host_state.read(f"/proc/sysvipc/{kind}").decode().splitlines()[1:]:
                if int(line.split()[column]) in UIDS:
                    found.append(f"System V {kind} {line.split()[1]}")
        for line in host_state.read("/proc/key-users").decode().splitlines():
            if int(line.split(":")[0]) in UIDS:
                found.append(f"keys of uid {line.split(':')[0]}")
        for place in ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run"):
            for name in host_state.names_in(place):
                try:
                    if os.lstat(f"{place}/{name}").st_uid in UIDS:
                        found.append(f"file {place}/{name}")
                except OSError:
                    pass
        return found

    def snapshot(self):
        return [*super().snapshot(), *self.network(), *self.of_boxes()]


class Place(Suite):
    def __init__(self, options, place, name, uid):
        super().__init__(options, place, name, uid)
        self.watch = Watch(self.watch.mark, self.plants)
        self.program = place / "random_calls"


def what_is_wrong(job):
    """None, or why the verdict is not borne out by the rest of the report."""
    verdict, error = job.get("verdict"), job.get("error")
    if verdict == "internal-error":
        return f"internal-error: {error}"
    limits = job["limits"]
    holds = {
        "ok": lambda: job["exit_code"] == 0,
        "nonzero-exit": lambda: job["exit_code"] != 0 and job["signal"] is None,
        "signalled": lambda: job["signal"] is not None and job["exit_code"] is None,
        "time-limit": lambda: job["cpu_us"] >= limits["cpu_us"],
        "wall-limit": lambda: job["wall_us"] >= limits["wall_us"],
        "memory-limit": lambda: job["memory_cause"] is not None,
        "output-limit": lambda: job["stdout_bytes"] + job["stderr_bytes"] > limits["output_bytes"],
        "violation": lambda: job["refused"] is not None and job["refused"]["count"] > 0,
    }.get(verdict)
    if holds is None:
        return f"the verdict {verdict} is none that there can be"
    if not holds():
        return f"the verdict {verdict} is not borne out: {json.dumps(job)[:1500]}"
    if not job["attested"]:
        return "it was not attested"
    return None


def jobs_of(place, seeds):
    for seed in seeds:
        yield {"id": str(seed), "argv": [str(place.program), str(seed), place.plants.mark],
               "on_refusal": "report" if seed % 4 == 0 else "errno", **LIMITS}


def run_batch(place, policy, level, seeds):
    """What came of it, and the verdicts."""
    result = Result(None, place.name)
    path = place.work / "jobs"
    path.write_text("".join(json.dumps(job) + "\n" for job in jobs_of(place, seeds)))
    place.watch.commands.clear()  # numbers of processes come again, and may be others' by now
    before = place.watch.snapshot()
    process = place.start([place.dualpipe, "batch", "--quiet", "-j", "2", "--freshness", level,
                           "--keep-output", "1K", "-P", policy, path])
    output, messages = place.finish(process, result, timeout=120)
    jobs = [json.loads(line) for line in output.splitlines()]
    if len(jobs) != len(seeds):
        result.wrong.append(f"{len(jobs)} results of {len(seeds)}: status {process.returncode}, "
                            f"{messages[-500:]!r}")
    for job in jobs:
        why = what_is_wrong(job)
        if why:
            result.wrong.append(f"seed {job['id']}: {why}")
    result.harm += place.watch.differences(before)
    path.unlink()
    return result, [job["verdict"] for job in jobs]


def find_culprits(place, policy, level, seeds):
    """Those seeds which do it alone, after a batch that was not right."""
    place.plants.mend()
    return [seed for seed in seeds
            if (lambda result: result.harm or result.wrong)(
                run_batch(place, policy, level, [seed])[0])]


def one_round(options, place, policy, level, seeds, verdicts):
    """Returns whether all was right."""
    result, found = run_batch(place, policy, level, seeds)
    verdicts.update(found)
    if not (result.harm or result.wrong):
        return True
    print(f"FAILED: {place.name}, policy {policy}, {level} boxes, seeds {seeds}: "
          f"{'; '.join([*result.harm, *result.wrong])[:4000]}")
    alone = find_culprits(place, policy, level, seeds)
    print(f"again, one by one: {alone or 'none of them alone'}; repeat with --repeat SEED "
          f"--only {policy} --users {place.name}", flush=True)
    return False


def policies_of(options):
    words = subprocess.run([options.dualpipe, "policy", "list"], capture_output=True, text=True,
                           check=True).stdout.split("\n")
    names = [line.split()[0] for line in words if line.split()]
    wanted = options.only.split(",") if options.only else names
    return [name for name in names if name in wanted]


def run(options, places):
    numbers = random.Random(options.seed)
    verdicts, programs, failed = collections.Counter(), 0, 0
    ends = time.monotonic() + options.seconds
    policies = policies_of(options)
    turn = 0
    while turn == 0 or time.monotonic() < ends:
        for number, policy in enumerate(policies):
            for place in places:
                levels = LEVELS if place.uid == 0 else LEVELS[:2]
                level = levels[(turn + number) % len(levels)]
                seeds = [numbers.randrange(1, 1 << 48) for _ in range(JOBS)]
                if options.repeat:
                    seeds = [options.repeat]
                failed += not one_round(options, place, policy, level, seeds, verdicts)
                programs += len(seeds)
                if time.monotonic() > ends and turn > 0:
                    break
        turn += 1
    print(", ".join(f"{count} {word}" for word, count in sorted(verdicts.items())))
    print(f"{programs} programs of random calls under {len(policies)} policies, {failed} batches "
          f"were not right; seed {options.seed}")
    return failed


def users_of(options):
    if os.geteuid() != 0:
        return [("self", None)]
    return [user for user in (("root", 0), ("nobody", NOBODY)) if user[0] in options.users]


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dualpipe", required=True, type=pathlib.Path)
    parser.add_argument("--program", required=True, type=pathlib.Path)
    parser.add_argument("--attacks", required=True, type=pathlib.Path)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "little"))
    parser.add_argument("--repeat", type=int, metavar="SEED", help="this one program, once")
    parser.add_argument("--only", default="", help="these policies")
    parser.add_argument("--users", default="root,nobody", type=lambda text: text.split(","))
    options = parser.parse_args()
    options.without = []
    if options.repeat:
        options.seconds = 0
    return options


def main():
    options = read_arguments()
    if not host_state.adopt_orphans():
        print("skipped: this process cannot adopt orphans, so none would be found")
        return 77
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="dualpipe-calls-") as directory:
        place = pathlib.Path(directory)
        place.chmod(0o755)
        (place / "programs").mkdir(mode=0o755)
        for source, target in ((options.dualpipe, "dualpipe"), (options.program, "random_calls"),
                               (options.attacks / "victim", "programs/victim")):
            shutil.copy2(source, place / target)
            (place / target).chmod(0o755)
        places = [Place(options, place, name, uid) for name, uid in users_of(options)]
        try:
            return run(options, places) > 0
        finally:
            for one in places:
                one.remove()


if __name__ == "__main__":
    sys.exit(main())
