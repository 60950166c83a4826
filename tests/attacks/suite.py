# SPDX-License-Identifier: MIT
"""Runs attacks for one user, each between two looks at the host."""
import hashlib
import json
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time

import host_state
from plants import Plants

TIMEOUT = 60  # of one command; generous, so that only a hang meets it
RAW_TIMEOUT = 25
OUTLASTED = 5
PATH = "/usr/bin:/bin:/usr/sbin:/sbin"
SECOND_UID = "DUALPIPE_TEST_SECOND_UID"
HERE = pathlib.Path(__file__).resolve().parent


class Skip(Exception):
    pass


class Result:
    """What came of one attack: harm done, and what else was not right."""

    def __init__(self, case, user):
        self.case, self.user = case, user
        self.harm, self.wrong, self.skipped = [], [], ""
        self.verdict, self.seconds, self.output = "-", 0.0, b""

    def word(self):
        if self.skipped:
            return "skipped"
        if self.harm:
            return "ESCAPED"
        if self.wrong:
            return "WRONG"
        return "fine" if self.case.is_neighbour else "held"

    def why(self):
        return self.skipped or "; ".join([*self.harm, *self.wrong])


def installed(name):
    return shutil.which(name, path=PATH)


def has_second_uid():
    """An ordinary user has one only where tests/second_uid.py gave it."""
    return SECOND_UID in os.environ


def limit_raw():
    """For what runs without a box: enough for any attack to show itself."""
    for kind, most in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_CPU, 30),
                       (resource.RLIMIT_FSIZE, 1 << 29)):
        resource.setrlimit(kind, (most, most))


class Suite:
    """The place of one user: programs that it may read, plants, a directory to work in."""

    def __init__(self, options, place, name, uid):
        self.name, self.uid, self.place = name, uid, place
        self.dualpipe, self.programs = place / "dualpipe", place / "programs"
        self.sources = place / "sources"
        self.more = [word for layer in options.without for word in ("--without", layer)]
        self.freshness = None
        mark = f"dpmark{os.getpid()}{'r' if uid == 0 else 'u'}"
        real_uid = os.geteuid() if uid is None else uid
        self.plants = Plants(mark, place / f"planted-{name}", real_uid, self.programs / "victim")
        self.watch = host_state.Watch(mark, self.plants)
        self.watch.known.add(self.plants.victim.pid)
        self.work = place / f"work-{name}"
        self.work.mkdir()
        os.chown(self.work, real_uid, real_uid)

    def remove(self):
        self.plants.remove()

    # Starting

    def start(self, words, **options):
        descriptors = options.get("pass_fds", ())
        if self.uid is not None and self.uid != os.geteuid():
            options.update(user=self.uid, group=self.uid, extra_groups=[])
        environment = {"PATH": PATH, "HOME": str(self.work), "SECRET": self.plants.secret,
                       "LANG": "C.UTF-8", **options.pop("environment", {})}
        process = subprocess.Popen(
            [str(word) for word in words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, cwd=self.work, env=environment, start_new_session=True,
            **options)
        self.watch.commands.add(process.pid)
        for fd in descriptors:
            os.close(fd)
        return process

    def finish(self, process, result, timeout=TIMEOUT):
        """Returns standard output and standard error; what hangs is ended."""
        started = time.monotonic()
        try:
            output, messages = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            result.wrong.append(f"it did not end within {timeout} s")
            process.kill()
            self.watch.clean()
            try:
                output, messages = process.communicate(timeout=5)
            except subprocess.TimeoutExpired:
                output, messages = b"", b""
        result.seconds = time.monotonic() - started
        return output, messages

    def leaks(self, case):
        """Descriptors that a careless host would leave open: of a directory, of the secret."""
        kind = case.keys.get("descriptors")
        names = {None: [], "files": [self.plants.place / "secret"] * 100,
                 "directories": [self.plants.place] * 20}[kind]
        fds = [os.open(name, os.O_RDONLY) for name in names]
        for fd in fds:
            os.set_inheritable(fd, True)
        return tuple(fds)

    def command(self, case, more=()):
        """The whole command line of one run in a box."""
        names = self.plants.names()
        words = [self.dualpipe, "run", "--quiet", "--report", "report", "-P",
                 case.keys.get("policy", "native"), *case.words("options", names), *self.more,
                 *more]
        if "-t" in words and "-w" not in words:
            words += ["-w", "50"]  # the machine may be busy: CPU time comes slowly then
        if case.is_file:
            words += ["--file", f"{self.sources / case.family / case.path.name}:{case.path.name}"]
        return [*words, "--", *case.command(names, self.programs)]

    # Looking

    def look(self, result, output, messages):
        """Harm that the output tells of."""
        both = output + messages
        for line in both.splitlines():
            if line.startswith(b"ESCAPED"):
                result.harm.append(line.decode("utf-8", "replace"))
                break
        if self.plants.secret.encode() in both:
            result.harm.append("the secret is in the output")
        most = result.case.keys.get("output at most")
        if most and len(both) > int(most):
            result.harm.append(f"{len(both)} bytes of output, {most} are allowed")

    def judge(self, result, status, report, output, messages):
        """What the report says, against what is right."""
        case, wrong = result.case, result.wrong
        if not report:
            wrong.append(f"no report: status {status}, {messages[-300:]!r}")
            return
        result.verdict = report["verdict"]
        for name in ("signal", "exit_code"):
            if report["verdict"] in ("signalled", "nonzero-exit") and report[name] is not None:
                result.verdict += f"={report[name]}"
        detail = {"signalled": report["signal"], "nonzero-exit": report["exit_code"],
                  "memory-limit": report["memory_cause"]}.get(report["verdict"])
        if not any(verdict == report["verdict"] and word in ("", str(detail))
                   for verdict, word in case.right):
            wrong.append(f"the verdict {result.verdict} ({report['reason']}) is not right; refused "
                         f"{report['refused']}; error {report['error']}; output {output[-200:]!r} "
                         f"{messages[-200:]!r}")
        if status != {"ok": 0, "internal-error": 2}.get(report["verdict"], 1):
            wrong.append(f"the exit status {status} does not fit")
        refused = (report["refused"] or {}).get("name")
        if "refused" in case.keys and not self.more and refused != case.keys["refused"]:
            wrong.append(f"refused is {refused}")
        self.judge_figures(result, report, output)

    @staticmethod
    def judge_figures(result, report, output):
        keys, wrong = result.case.keys, result.wrong
        for key, name in (("memory peak at most", "memory_peak_bytes"), ("cpu at most", "cpu_us")):
            if key in keys and report[name] is not None and report[name] > int(keys[key]):
                wrong.append(f"{name} is {report[name]}")
        if "prints" in keys and keys["prints"].encode() not in output:
            wrong.append(f"it printed {output[-200:]!r}")
        if "prints sha256" in keys and hashlib.sha256(output).hexdigest() != keys["prints sha256"]:
            wrong.append("its output is not byte for byte what it wrote")
        if "output at least" in keys and len(output) < int(keys["output at least"]):
            wrong.append(f"only {len(output)} bytes came")

    def take_report(self):
        path = self.work / "report"
        try:
            return json.loads(path.read_text(encoding="utf-8") or "null")
        except (OSError, ValueError):
            return None
        finally:
            path.unlink(missing_ok=True)

    # Running

    def needs(self, case):
        name = case.interpreter()
        if name and not installed(name):
            raise Skip(f"{name} is not installed")

    def box(self, case, more=(), patience=5):
        """One attack in a box of its own, with the host looked at before and after."""
        result = Result(case, self.name)
        before = self.watch.snapshot()
        try:
            self.needs(case)
            if case.is_host_script:
                self.run_host_script(case, result)
            else:
                self.run_in_box(case, result, more)
        except Skip as skip:
            result.skipped = str(skip)
        self.look_at_host(result, before, patience)
        return result

    def look_at_host(self, result, before, patience):
        result.harm += self.watch.differences(before, patience)
        if result.harm or result.wrong:
            self.mend()

    def mend(self):
        self.watch.known.discard(self.plants.victim.pid)
        self.watch.clean()
        self.plants.mend()
        self.watch.known.add(self.plants.victim.pid)
        for path in self.work.iterdir():
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()

    def run_in_box(self, case, result, more):
        process = self.start(self.command(case, more), pass_fds=self.leaks(case))
        is_listening = self.watch_port(case, process, result)
        output, messages = self.finish(process, result)
        is_listening()
        result.output = output
        self.look(result, output, messages)
        self.judge(result, process.returncode, self.take_report(), output, messages)

    def watch_port(self, case, process, result):
        """While an attack runs that waits for connections: can it be reached?"""
        if "port unreachable" not in case.keys.get("host", ""):
            return lambda: None

        def watch():
            while process.poll() is None:
                if host_state.is_reachable(self.plants.free_port):
                    result.harm.append("its port can be reached from the host")
                    return
                time.sleep(0.05)
        thread = threading.Thread(target=watch)
        thread.start()
        return thread.join

    def run_host_script(self, case, result):
        environment = {"DUALPIPE": str(self.dualpipe), "PROGRAMS": str(self.programs),
                       "PLACE": str(self.plants.place), "MARK": self.plants.mark,
                       "PYTHONPATH": str(self.sources), "PYTHONDONTWRITEBYTECODE": "1",
                       **({SECOND_UID: "1"} if has_second_uid() else {})}
        process = self.start([sys.executable if os.access(sys.executable, os.X_OK) and
                              self.uid in (None, 0) else installed("python3"),
                              self.sources / case.family / case.path.name],
                             environment=environment)
        output, messages = self.finish(process, result, timeout=100)
        result.output, result.verdict = output, f"status {process.returncode}"
        if process.returncode == 77:
            raise Skip(output.decode("utf-8", "replace").strip())
        for line in output.splitlines():
            if line.startswith(b"ESCAPED"):
                result.harm.append(line.decode("utf-8", "replace"))
        if process.returncode != 0 and not result.harm:
            result.wrong.append(f"status {process.returncode}: {output[-300:]!r} "
                                f"{messages[-600:]!r}")

    def raw(self, case):
        """One attack with nothing around it but this throw-away place."""
        result = Result(case, self.name)
        before = self.watch.snapshot()
        names = self.plants.names()
        prefix = case.raw.split()[1:] if case.raw.startswith("prefix") else []
        try:
            self.needs(case)
            if case.is_file:
                shutil.copy(self.sources / case.family / case.path.name, self.work)
            words = [*prefix, *case.command(names, self.programs)]
            process = self.start(words, pass_fds=self.leaks(case), preexec_fn=limit_raw)
        except (Skip, OSError) as error:
            result.skipped = str(error)
            return result
        is_listening = self.watch_port(case, process, result)
        # What is held by nothing but a wall limit would stay for ever.
        outlasts = case.raw == "outlasts"
        output, messages = self.finish(process, result, OUTLASTED if outlasts else RAW_TIMEOUT)
        is_listening()
        if outlasts:
            result.harm, result.wrong = result.harm + result.wrong, []
        result.output, result.verdict = output + messages, f"status {process.returncode}"
        self.look(result, output, messages)
        for path in self.work.iterdir():
            if path.is_file() and self.plants.secret.encode() in path.read_bytes():
                result.harm.append(f"the secret is in {path.name}")
        self.mend_work_first(case)
        result.harm += self.watch.differences(before, patience=0.3)
        self.mend()
        return result

    def mend_work_first(self, case):
        """Files that an attack may make where it works are no harm."""
        for path in self.work.iterdir():
            if path.name == case.path.name or self.plants.mark in path.name:
                path.unlink() if not path.is_dir() else shutil.rmtree(path)
