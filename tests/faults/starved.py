# SPDX-License-Identifier: MIT
"""Parts of scarce.py: hosts that do not get their turn on the CPU. They stand still, or
starve among others; then limits hold all the same, and verdicts are true."""
import contextlib
import json
import os
import pathlib
import resource
import signal
import subprocess
import sys
import time

import faults
import killed
from faults import expect


def wait_for_the_target(pid, is_there=False, seconds=20):
    """For the end, or the beginning, of each sleep(1) below a host; init, should it have the
    limit to keep alone, is a second late at most, and the machine may be busy."""
    def sleepers():
        found, level = [], [pid]
        while level:
            level = [child for parent in level for child in killed.children_of(parent)]
            found += [child for child in level if is_sleep(child)]
        return found
    end = time.monotonic() + seconds
    while bool(sleepers()) != is_there:
        expect(time.monotonic() < end, f"after {seconds} s the target is "
                                       f"{'not there' if is_there else 'still there'}")
        time.sleep(0.01)


def is_sleep(pid):
    """And no corpse, which has no command line."""
    try:
        return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"sleep")
    except OSError:
        return False


def stopped(part):
    """The host stands still for a second in the middle of a run."""
    def stop_during(words, script, seconds=1.0):
        with faults.scratch(part.user) as directory:
            process = part.popen([part.dualpipe, "run", "-q", "--report", f"{directory}/report",
                                  "-P", "shell", *words, "--", "sh", "-c", "echo began; " + script])
            expect(process.stdout.readline() == b"began\n", "it does not begin")
            os.kill(process.pid, signal.SIGSTOP)
            time.sleep(seconds)
            os.kill(process.pid, signal.SIGCONT)
            part.finish(process)
            return faults.read_report(directory)

    def fine():
        report = stop_during(["-w", "5"], "sleep 0.2; echo ended")
        expect(report["verdict"] == "ok", f"{report['verdict']}: {report['reason']}")

    def held_by_init():
        """Nobody but init is there to keep the limit: the target is dead before the host goes
        on."""
        with faults.scratch(part.user) as directory:
            process = part.popen([part.dualpipe, "run", "-q", "--report", f"{directory}/report",
                                  "-w", "0.3", "-P", "shell", "--", "sh", "-c",
                                  "sleep 100; echo"])
            try:
                wait_for_the_target(process.pid, is_there=True)
                os.kill(process.pid, signal.SIGSTOP)
                wait_for_the_target(process.pid)
            finally:
                os.kill(process.pid, signal.SIGCONT)
                part.finish(process)
            report = faults.read_report(directory)
            expect(report["verdict"] == "wall-limit", f"{report['verdict']}: {report['reason']}")
            expect(report["wall_us"] >= 300000, f"after {report['wall_us']} us")

    def held_in_a_pool(level):
        job = part.place / "sleeping"
        job.write_text(json.dumps({"argv": ["sh", "-c", "sleep 100; echo"], "wall": 0.3,
                                   "policy": "shell"}) + "\n")
        process = part.popen([part.dualpipe, "batch", "-q", "-j", "1", "--freshness", level, job])
        try:
            wait_for_the_target(process.pid, is_there=True)
            os.kill(process.pid, signal.SIGSTOP)
            wait_for_the_target(process.pid)
        finally:
            os.kill(process.pid, signal.SIGCONT)
            status, output, messages = part.finish(process)
        expect(status == 0 and json.loads(output)["verdict"] == "wall-limit",
               f"status {status}: {output[:200]} {messages}")

    def ended_before_its_limit():
        report = stop_during(["-w", "0.8"], "sleep 0.1; echo ended", seconds=1.5)
        expect(report["verdict"] == "ok", f"{report['verdict']}: {report['reason']}")

    def spun_too_long():
        report = stop_during(["-t", "0.2", "-w", "20"], "while :; do :; done")
        expect(report["verdict"] == "time-limit", f"{report['verdict']}: {report['reason']}")
    for one in (fine, held_by_init, ended_before_its_limit, spun_too_long):
        part.check(f"stopped: {one.__name__}", one)
    for level in faults.LEVELS if part.user == "root" else ("single-use", "fresh"):
        part.check(f"stopped: held in a pool, {level}", lambda level=level: held_in_a_pool(level))


@contextlib.contextmanager
def spinners(count, prepare):
    """Processes that take the CPU for all that they can."""
    started = []
    try:
        for _ in range(count):
            started.append(subprocess.Popen([sys.executable, "-c", "while True: pass"],
                                            preexec_fn=prepare))
        yield
    except subprocess.SubprocessError:
        raise NotHere("priorities cannot be set here") from None
    finally:
        for each in started:
            each.kill()
            each.wait()


class NotHere(Exception):
    pass


def of_low_priority(part):
    """Spinners of a higher one on every CPU, a host of a low one."""
    del part
    return spinners(2 * os.cpu_count(), lambda: os.nice(-10)), lambda: os.nice(5), []


def idle_class(part):
    """A host, and all that it starts, for when nobody else wants a CPU."""
    del part
    return spinners(2 * os.cpu_count(), None), \
        lambda: os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0)), []


def real_time(part):
    """A spinner of the real-time class on the host's only CPU, most of each second; the target
    has another one to itself, so that it is the supervisor alone that starves."""
    del part
    cpus = sorted(os.sched_getaffinity(0))
    if len(cpus) < 2:
        raise NotHere("there is one CPU alone")

    def spinner():
        resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
        os.sched_setaffinity(0, cpus[-1:])
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    if pathlib.Path("/proc/sys/kernel/sched_rt_runtime_us").read_text().strip() == "-1":
        raise NotHere("real-time processes may take a CPU for good here")
    return spinners(1, spinner), lambda: os.sched_setaffinity(0, cpus[-1:]), \
        ["--cpus", str(cpus[0])]


def small_share(part):
    """A fiftieth of one CPU, by the quota of a group."""
    del part
    top = pathlib.Path("/sys/fs/cgroup/cpu")
    if not (top / "cpu.cfs_quota_us").exists():
        raise NotHere("no cpu controller of cgroup v1 is mounted")
    group = top / f"dualpipe-starved-{os.getpid()}"

    @contextlib.contextmanager
    def made():
        group.mkdir()
        try:
            (group / "cpu.cfs_period_us").write_text("50000")
            (group / "cpu.cfs_quota_us").write_text("1000")
            yield
        finally:
            group.rmdir()
    return made(), lambda: (group / "cgroup.procs").write_text("0"), []


def starved(part):
    """Of CPU time, in several ways."""
    if os.geteuid() != 0:
        print("starved: skipped: only root may raise priorities")
        return
    ways = {of_low_priority: ("fine", "spun", "slept", "batch"), idle_class: ("slept",),
            real_time: ("slept", "ended_in_time"), small_share: ("batch",)}
    for way, sample in ways.items():
        try:
            context, before, words = way(part)
            with context:
                starve(part, way.__name__, before, words, sample)
        except NotHere as why:
            print(f"starved: {way.__name__}: skipped: {why}")


def starve(part, way, before, words, sample):
    def report_of(limits, script):
        def become():
            before()
            part.become()
        with faults.scratch(part.user) as directory:
            command = [part.dualpipe, "run", "-q", "--report", f"{directory}/report", "-P", "shell",
                       *words, *limits, "--", "sh", "-c", script]
            part.finish(part.popen(command, before=become, become=False))
            return faults.read_report(directory)

    def expect_of(report, verdict, wall_us=0, cpu_us=0):
        expect(report["verdict"] == verdict, f"{report['verdict']}: {report['reason']}")
        expect(report["wall_us"] >= wall_us and report["cpu_us"] >= cpu_us,
               f"wall {report['wall_us']} us, CPU {report['cpu_us']} us")

    def fine():
        expect_of(report_of(["-w", "50", "-t", "10"], "echo ended"), "ok")

    def spun():
        expect_of(report_of(["-w", "50", "-t", "0.1"], "while :; do :; done"), "time-limit",
                  cpu_us=100000)

    def slept():
        """Also where init is first, a second later."""
        report = report_of(["-w", "0.3"], "sleep 100")
        expect_of(report, "wall-limit", wall_us=300000)
        expect(report["wall_us"] < 20e6, f"not before {report['wall_us']} us")

    def ended_in_time():
        """Its end is seen late, when its limit has passed."""
        expect_of(report_of(["-w", "0.5"], "sleep 0.1; echo ended"), "ok", wall_us=100000)

    def batch():
        def become():
            before()
            part.become()
        expect(part.batch("-w", "50", before=become, become=False) == 0, "it does not run")
    for one in (fine, spun, slept, batch, *((ended_in_time,) if words else ())):
        if part.options.sample == 1 or one.__name__ in sample:
            part.check(f"starved: {way}: {one.__name__}", one)
