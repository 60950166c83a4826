#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`dualpipe batch --warm`: jobs that are forks of an interpreter, from outside.

warm_test.py DUALPIPE [SUITE[.TEST]...]
(suites: Same, Fresh, Own, Hostile, Wrong)

As root and then, where root runs it, once more as nobody.
"""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import batch_test

PYTHON = "/usr/bin/python3"
SHOWN = ("verdict", "reason", "exit_code", "signal_name", "stdout", "stdout_base64", "stderr",
         "stderr_base64", "stdout_bytes", "memory_cause", "output_truncated")


def file_job(text, *arguments, name="sol.py", **more):
    return {"argv": ["python3", name, *arguments], "files": [{"name": name, "text": text}], **more}


def code_job(code, *arguments, **more):
    return {"argv": ["python3", "-c", code, *arguments], **more}


@unittest.skipUnless(os.path.exists(PYTHON), "needs Debian's python3")
class Case(batch_test.Case):
    def setUp(self):
        super().setUp()
        self.environment["PATH"] = "/usr/bin:/bin"  # not another one that comes first

    def run_all(self, jobs, *arguments, policy="python", status=0):
        return self.results(jobs, "-P", policy, *arguments, status=status)

    def warm(self, jobs, *arguments, policy="python", status=0):
        results = self.run_all(jobs, "--warm", *arguments, policy=policy, status=status)
        for result in results:
            if result["verdict"] != "internal-error":
                self.assertTrue(result["warm"], (result["freshness_note"], result["error"]))
                self.assertTrue(result["attested"])
        return results

    def outputs(self, programs, *arguments, **more):
        """Of programs that shall be fine, in warm boxes."""
        results = self.warm([file_job(text) for text in programs], *arguments, **more)
        for result in results:
            self.assertEqual(result["verdict"], "ok", (result["stderr"], result["reason"]))
        return [result["stdout"] for result in results]

    def policy(self, text, name="own.policy"):
        return self.path(name, text.encode())


PROGRAMS = {
    "arguments": "import sys\nprint(sys.argv, sys.orig_argv, sys.flags, sys.executable, sys.prefix)",
    "names": "print(sorted(globals()), __name__, __file__, __doc__, __package__, __spec__,"
             " type(__loader__).__name__, __annotations__)",
    "path": "import sys, os\nprint(sys.path, os.getcwd(), os.listdir('.'))",
    "environment": "import os\nprint(sorted(os.environ.items()), os.getenv('HOME'))",
    "input": "print(sum(map(int, input().split())))\nprint(open(0).read(), end='')",
    "lines": "import sys\nfor line in sys.stdin:\n    print(len(line), repr(line))",
    "bytes": "import sys\nsys.stdout.buffer.write(bytes(range(256)))\nprint(sys.stdin.buffer.read(3))",
    "streams": "import sys\nfor s in (sys.stdin, sys.stdout, sys.stderr):\n"
               "    print(s, s.fileno(), s.line_buffering, s.write_through, s.newlines, s.isatty(),"
               " s.buffer, s.buffer.raw, s.buffer.raw.name, s.buffer.raw.mode, s.errors)",
    "stderr": "import sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')",
    "no last line": "print('x', end='')",
    "exit 0": "import sys\nsys.exit()",
    "exit 7": "import sys\nprint(1)\nsys.exit(7)",
    "exit 300": "raise SystemExit(300)",
    "exit text": "import sys\nsys.exit('so it is')",
    "exit object": "raise SystemExit([1, 2])",
    "exit true": "raise SystemExit(True)",
    "exit in thread": "import sys, threading\nthreading.Thread(target=sys.exit, args=(3,)).start()",
    "os._exit": "import os\nprint('lost')\nos._exit(5)",
    "error": "def f(x):\n    return 1 // x\n\nprint('before')\nf(0)",
    "chained": "try:\n    {}['a']\nexcept KeyError:\n    raise ValueError('\\u00e4')",
    "recursion": "def f(n):\n    return f(n + 1)\nf(0)",
    "depth": "import sys\n\ndef f(n):\n    try:\n        return f(n + 1)\n    except RecursionError:\n"
             "        return n\nprint(f(0), sys.getrecursionlimit())",
    "frames": "import sys\nf = sys._getframe()\nprint(f.f_back, f.f_code.co_filename)",
    "stack": "import traceback\n\ndef f():\n    traceback.print_stack()\nf()",
    "syntax": "print(1)\nif x\n    pass\n",
    "indent": "def f():\nreturn 1\n",
    "tabs": "if 1:\n        x = 1\n\ty = 2\n",
    "encoding": "# -*- coding: latin-1 -*-\nprint(ascii('\\xe4'))",
    "empty": "",
    "unraisable": "class A:\n    def __del__(self):\n        1 // 0\na = A()\ndel a\nprint(2)",
    "end of objects": "class A:\n    def __init__(self, n):\n        self.n = n\n"
                      "    def __del__(self):\n        print('del', self.n)\n"
                      "a = A(1)\nb = [A(2)]\nb.append(b)\nprint('end')",
    "file at end": "import os\nf = open('out', 'w')\nf.write('text')\n"
                   "class A:\n    def __del__(self):\n        print(os.stat('out').st_size)\n",
    "atexit": "import atexit\natexit.register(print, 'one')\natexit.register(print, 'two')\n"
              "atexit.register(lambda: 1 // 0)",
    "thread": "import threading, time\n\ndef f():\n    time.sleep(0.05)\n    print('late')\n"
              "threading.Thread(target=f).start()\nprint('main')",
    "daemon": "import threading, time\nthreading.Thread(target=time.sleep, args=(99,),"
              " daemon=True).start()\nprint('main')",
    "threads": "import threading\nprint(threading.active_count(), threading.current_thread(),"
               " threading.main_thread() is threading.current_thread())"
               .replace("threading.current_thread(),", "threading.current_thread().name,"),
    "pool": "from concurrent.futures import ThreadPoolExecutor\n"
            "with ThreadPoolExecutor(3) as p:\n    print(list(p.map(lambda x: x * x, range(9))))",
    "asyncio": "import asyncio\n\nasync def f():\n    await asyncio.sleep(0)\n    return 5\n"
               "print(asyncio.run(f()))",
    "interrupt": "print('a')\nraise KeyboardInterrupt",
    "interrupt by signal": "import signal\nsignal.raise_signal(signal.SIGINT)",
    "handlers": "import signal\nprint([(s.name, str(signal.getsignal(s))[:9]) for s in "
                "signal.valid_signals() if isinstance(s, signal.Signals)],"
                " signal.pthread_sigmask(signal.SIG_BLOCK, []))",
    "abort": "import os\nprint('lost')\nos.abort()",
    "killed": "import signal\nsignal.raise_signal(signal.SIGKILL)",
    "terminated": "import signal\nsignal.raise_signal(signal.SIGTERM)",
    "segfault": "import signal\nsignal.raise_signal(signal.SIGSEGV)",
    "time limit": "while True:\n    pass",
    "wall limit": "import time\ntime.sleep(99)",
    "memory limit": "x = bytearray(1 << 30)",
    "memory error is caught": "try:\n    x = bytearray(1 << 30)\nexcept MemoryError:\n    print('no')",
    "much memory": "x = []\nwhile True:\n    x.append(bytearray(1 << 20))",
    "output limit": "while True:\n    print('x' * 1000)",
    "closed output": "import sys\nsys.stdout.close()",
    "closed by number": "import os\nos.close(1)\nprint('x')",
    "full disk": "f = open('big', 'wb')\nf.write(bytes(1 << 29))",
    "deep stack": "import sys, threading\nsys.setrecursionlimit(10 ** 7)\n"
                  "class A:\n    def __getattr__(self, name):\n        return getattr(self, name + 'x')\n"
                  "A().a",
    "fork": "import os\nos.fork()",
    "program": "import subprocess\nsubprocess.run(['/bin/true'])",
    "socket": "import socket\nsocket.socket()",
    "ptrace": "import ctypes\nctypes.CDLL(None).ptrace(0, 0, 0, 0)",
    "open outside": "open('/etc/shadow')",
    "write root": "open('/x', 'w')",
    "preloaded names": "import json, collections, re, math\nprint(json.__name__, json.dumps([1]),"
                       " 'json' in dir())",
    "modules": "import json, sys\nprint('heapq' in globals(), json.__spec__.name)",
    "hash": "print(hash('a text'), hash(b'bytes'), hash((1, 'x')), {'b', 'a', 'c'})",
    "umask": "import os\nm = os.umask(0)\nprint(oct(m), os.nice(0), os.getuid(), os.getgid(),"
             " os.getgroups())",
    "limits": "import resource\nprint([resource.getrlimit(getattr(resource, n)) for n in "
              "('RLIMIT_CPU', 'RLIMIT_FSIZE', 'RLIMIT_NOFILE', 'RLIMIT_STACK', 'RLIMIT_CORE')])",
    "gc": "import gc\nprint(gc.isenabled(), gc.get_threshold(), gc.garbage)",
    "excepthook": "import sys\nsys.excepthook = lambda *a: print('hook', a[0].__name__)\n1 // 0",
    "future": "from __future__ import annotations\ndef f(x: nothing): pass\nprint(f.__annotations__)",
    "main module": "import __main__\nprint(__main__.__file__, __main__.__dict__ is globals())",
    "pickle": "import pickle\nclass A:\n    pass\nprint(type(pickle.loads(pickle.dumps(A()))))",
    "dataclass": "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int = 3\nprint(P())",
    "bignum": "import sys\nprint(len(str(3 ** 9000)), sys.get_int_max_str_digits())",
    "decimal": "from decimal import Decimal, getcontext\nprint(getcontext().prec, Decimal(1) / 7)",
    "no final newline in error": "import sys\nsys.stderr.write('x')\nsys.stdout.write('y')\n1 // 0",
}


class Same(Case):
    """The same as in a box of their own."""

    def compare(self, jobs, *arguments, policy="python", status=0):
        cold = self.run_all(jobs, *arguments, policy=policy, status=status)
        warm = self.warm(jobs, *arguments, policy=policy, status=status)
        for name, one, other in zip([job["id"] for job in jobs], cold, warm):
            with self.subTest(name):
                self.assertFalse(one["warm"])
                for key in SHOWN:
                    if key == "stdout_bytes" and one["output_truncated"]:
                        continue
                    self.assertEqual(self.plain(other[key]), self.plain(one[key]), (name, key))
                for key in ("policy", "filter_sha256", "exec", "refusals_by", "layers", "limits"):
                    self.assertEqual(other[key], one[key], (name, key))
                self.assertEqual(*[r["refused"] and r["refused"]["name"] for r in (one, other)])

    @staticmethod
    def plain(text):
        """Addresses and figures are of each run's own."""
        if not isinstance(text, str):
            return text
        text = re.sub(r"0x[0-9a-f]+", "0x", text)
        return re.sub(r"used [0-9.]+ \w+|[0-9.]+ (MiB|KiB|bytes|ms|s|B)\b", "so much", text)

    def test_programs_end_and_say_what_they_would_without(self):
        jobs = [file_job(text, "one", "two words", id=name, stdin="3 4\nrest \u00e4\r\n", time="1s",
                         wall="1s" if name == "wall limit" else "30s", output="100K", memory="200M", stack="8M")
                for name, text in PROGRAMS.items()]
        self.compare(jobs)

    def test_streams_are_as_the_policy_s_environment_has_them(self):
        for variable in ("PYTHONUNBUFFERED=1", "PYTHONIOENCODING=latin-1:replace", "LANG=C",
                         "PYTHONUTF8=0"):
            policy = self.policy(f"use python\nenvironment {variable}\n")
            self.compare([file_job(PROGRAMS[name], id=name, stdin="3 4\n\u00e4\n")
                          for name in ("streams", "lines", "stderr", "environment")],
                         policy=policy)

    def test_code_of_the_command_line_is_run_as_without(self):
        rows = ["print(1)", "import sys; print(sys.argv, repr(sys.path[0]))", "1 // 0", "x = ",
                "print(__name__, '__file__' in globals(), __loader__)", "", "raise SystemExit(4)",
                "for i in range(3):\n    print(i)", "print('\u00e4\U0001F600')"]
        self.compare([code_job(row, "-x", "y", id=row) for row in rows])

    def test_what_is_no_file_is_told_as_without(self):
        jobs = [{"id": "missing", "argv": ["python3", "missing.py"]},
                {"id": "directory", "argv": ["python3", "/tmp"]},
                {"id": "absolute", "argv": ["python3", "/box/a/b.py"],
                 "files": [{"name": "a/b.py", "text": "import sys\nprint(sys.path[0], __file__)"}]},
                {"id": "package", "argv": ["python3", "p"],
                 "files": [{"name": "p/__main__.py", "text": "import q\nprint(q.x, __file__)"},
                           {"name": "p/q.py", "text": "x = 1"}]},
                {"id": "dots", "argv": ["python3", "./a/../c.py"],
                 "files": [{"name": "c.py", "text": "print(__file__)\n1 // 0"},
                           {"name": "a/x", "text": ""}]},
                {"id": "imports", "argv": ["python3", "main.py"],
                 "files": [{"name": "main.py", "text": "import own\nprint(own.y, own.__file__)"},
                           {"name": "own.py", "text": "y = 2"}]}]
        self.compare(jobs)

    def test_files_and_collected_ones_are_as_without(self):
        job = file_job("open('out.txt', 'w').write(open('in.txt').read().upper())", id="files",
                       collect=["out.txt"])
        job["files"].append({"name": "in.txt", "text": "text"})
        for result in (self.run_all([job])[0], self.warm([job])[0]):
            self.assertEqual(result["files"]["out.txt"]["text"]
                             if isinstance(result["files"], dict)
                             else result["files"][0]["text"], "TEXT")

    def test_variables_of_a_job_are_its_own(self):
        jobs = [file_job("import os\nprint(os.getenv('MINE'), os.environ.get('PATH'))", id=str(i),
                         env={"MINE": str(i), "PATH": f"/p{i}"}) for i in range(3)]
        jobs.append(file_job("import os\nprint(os.getenv('MINE'), os.environ['PATH'])", id="3"))
        results = self.warm(jobs, "-j", "1")
        self.assertEqual([r["stdout"] for r in results],
                         ["0 /p0\n", "1 /p1\n", "2 /p2\n", "None /usr/bin:/bin\n"])

    def test_a_job_may_ask_for_it_or_decline(self):
        jobs = [code_job("print(1)", warm=value) for value in (True, False, None, True, False)]
        for arguments, usual in (([], False), (["--warm"], True)):
            results = self.run_all(jobs, *arguments)
            self.assertEqual([r["warm"] for r in results], [True, False, usual, True, False])
            self.assertEqual([r["stdout"] for r in results], ["1\n"] * 5)
        job = {"argv": ["python3", "-c", "print(1)"], "policy": "python", "warm": True}
        self.assertTrue(self.results([job])[0]["warm"])
        result = self.results([{"argv": ["/bin/true"], "warm": True}])[0]
        self.assertEqual((result["verdict"], result["warm"]), ("ok", False))

    def test_what_no_fork_can_do_runs_in_a_new_box(self):
        rows = [
            ({"argv": ["python3", "-I", "-c", "print(1)"]}, "options"),
            ({"argv": ["python3", "-"], "stdin": "print(1)"}, "options"),
            ({"argv": ["python3"], "stdin": "print(1)"}, "options"),
            (code_job("print(1)", env={"PYTHONHASHSEED": "1"}), "starts with"),
            (code_job("print(1)", env={"LANG": "C"}), "starts with"),
            (code_job("print(1)", policy="native"), ""),
        ]
        for result, (job, note) in zip(self.run_all([r[0] for r in rows], "--warm"), rows):
            if job.get("policy"):
                continue
            self.assertEqual((result["stdout"], result["verdict"]), ("1\n", "ok"), result["stderr"])
            self.assertIn(note, result["freshness_note"])
            self.assertFalse(result["warm"])


class Fresh(Case):
    """Nothing passes from job to job."""

    def after(self, first, second):
        """What the second program prints, when the first one has run before it."""
        return self.outputs([first, second], "-j", "1")[1]

    def test_globals_modules_and_builtins_are_as_they_were(self):
        first = ("import builtins, sys, json, math, string\nx = 1\nbuiltins.y = 2\nsys.z = 3\n"
                 "json.dumps = None\nmath.pi = 4\nstring.digits = ''\nsys.path.append('/q')\n"
                 "sys.modules['own'] = json\ndel sys.modules['heapq']\nsys.setrecursionlimit(99)\n"
                 "sys.argv.append('a')\nimport re\nre.compile('abc')\nsys.tracebacklimit = 0")
        second = ("import builtins, sys, json, math, string\n"
                  "print('x' in globals(), hasattr(builtins, 'y'), hasattr(sys, 'z'),"
                  " json.dumps([1]), math.pi > 3.1 and math.pi < 3.2, string.digits,"
                  " '/q' in sys.path, 'own' in sys.modules, sys.getrecursionlimit(), sys.argv,"
                  " hasattr(sys, 'tracebacklimit'))")
        self.assertEqual(self.after(first, second), "False False False [1] True 0123456789 False "
                                                    "False 1000 ['sol.py']\x20False\n")

    def test_files_directory_mask_and_environment_are_as_they_were(self):
        first = ("import os\nfor d in ('/box', '/tmp'):\n    open(d + '/left', 'w').write('x')\n"
                 "os.chdir('/tmp')\nos.umask(0o777)\nos.environ['LEFT'] = '1'")
        second = ("import os\nprint(os.listdir('/box'), os.listdir('/tmp'), os.getcwd(),"
                  " oct(os.umask(0)), os.getenv('LEFT'))")
        self.assertEqual(self.after(first, second), "['sol.py'] [] /box 0o22 None\n")

    def test_signals_timers_and_limits_are_as_they_were(self):
        first = ("import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
                 "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
                 "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])\n")
        second = ("import signal\nprint(signal.getsignal(signal.SIGTERM).name,"
                  " signal.getsignal(signal.SIGINT) is signal.default_int_handler,"
                  " signal.pthread_sigmask(signal.SIG_BLOCK, []))")
        self.assertEqual(self.after(first, second), "SIG_DFL True set()\n")

    def test_each_job_has_three_descriptors_and_no_more(self):
        look = ("import os\nfound = []\nfor n in range(1024):\n    try:\n        os.fstat(n)\n"
                "        found.append(n)\n    except OSError:\n        pass\nprint(found)")
        self.assertEqual(self.outputs([look] * 3, "-j", "1"), ["[0, 1, 2]\n"] * 3)

    def test_random_numbers_differ_from_job_to_job(self):
        look = ("import random, os, uuid, tempfile\nprint(random.random(), os.urandom(8).hex(),"
                " uuid.uuid4(), next(tempfile._get_candidate_names()), random.getrandbits(64))")
        seen = [text.split() for text in self.outputs([look] * 8)]
        for column in zip(*seen):
            self.assertEqual(len(set(column)), 8, column)

    def test_hashes_are_as_the_policy_seeds_them(self):
        self.assertEqual(len(set(self.outputs(["print(hash('text'))"] * 4))), 1)
        policy = self.policy("use python\nenvironment PYTHONHASHSEED=7\n")
        self.assertEqual(len(set(self.outputs(["print(hash('text'))"] * 4, policy=policy))), 1)

    def test_without_a_seed_each_job_has_a_hash_seed_and_an_interpreter_of_its_own(self):
        policy = self.policy("use python\nenvironment PYTHONHASHSEED=random\n")
        results = self.warm([file_job("print(hash('text'))")] * 4, "-j", "1", policy=policy)
        self.assertEqual(len({r["stdout"] for r in results}), 4)
        for result in results:
            self.assertEqual(result["freshness"], "single-use")
            self.assertIn("hash seed", result["freshness_note"])

    def test_processes_and_ipc_are_of_the_job_alone(self):
        look = "import os\nprint(os.getpid(), os.getppid(), os.getsid(0) == os.getpid())"
        self.assertEqual(self.outputs([look] * 3, "-j", "1"), ["2 1 True\n"] * 3)


class Own(Case):
    """CPU time and memory are the job's own."""

    def test_cpu_time_starts_with_the_job(self):
        burn = "import time\nwhile time.process_time() < 0.3:\n    pass\nprint(1)"
        results = self.warm([file_job(burn), file_job("print(1)")] * 2, "-j", "1", "-t", "2s")
        for long, short in (results[:2], results[2:]):
            self.assertGreater(long["cpu_us"], 280_000)
            self.assertLess(short["cpu_us"], 200_000)

    def test_memory_is_what_the_job_holds(self):
        hold = "x = b'x' * (100 << 20)\nprint(len(x))"
        results = self.warm([file_job(hold), file_job("print(1)")] * 2, "-j", "1", "-m", "300M")
        for large, small in (results[:2], results[2:]):
            self.assertGreater(large["memory_peak_bytes"], 100 << 20)
            self.assertLess(large["memory_peak_bytes"], 150 << 20)
            self.assertLess(small["memory_peak_bytes"], 40 << 20)

    def test_a_limit_of_one_job_is_not_the_next_ones(self):
        spin, small = "while True:\n    pass", "print(1)"
        results = self.warm([file_job(spin, time="200ms", wall="30s"), file_job(small, time="5s"),
                             file_job("x = bytearray(90 << 20)", memory="60M"),
                             file_job("x = bytearray(90 << 20)", memory="200M")], "-j", "1")
        self.assertEqual([r["verdict"] for r in results],
                         ["time-limit", "ok", "memory-limit", "ok"])


# Each finds out something that it must not; `held` at the end says that it did not.
ATTACKS = {
    "signal the zygote": "import os\nfor pid in (1, -1, os.getppid()):\n    try:\n"
                         "        os.kill(pid, 9)\n    except OSError:\n        pass\nprint('held')",
    "memory of the parent": "import os\nfor path in ('/proc/1/mem', '/proc/self/mem', "
                            "'/proc/%d/mem' % os.getppid()):\n    try:\n"
                            "        open(path, 'r+b')\n        print('open')\n"
                            "    except OSError:\n        pass\nprint('held')",
    "sheet": "import ctypes\np = ctypes.cast(0x100000000000, ctypes.POINTER(ctypes.c_char))\n"
             "print(p[0])",
    "ptrace": "import ctypes\nc = ctypes.CDLL(None)\nc.ptrace(16, 1, 0, 0)\nprint('went on')",
    "vm_readv": "import ctypes\nc = ctypes.CDLL(None)\nc.process_vm_readv(1, 0, 0, 0, 0, 0)",
    "fork": "import os\nos.fork()\nprint('went on')",
    "fork bomb": "import ctypes\nc = ctypes.CDLL(None)\nwhile c.fork() >= 0:\n    pass",
    "exec": "import os\nos.execv('/usr/bin/python3', ['python3', '-c', 'print(1)'])",
    "mount": "import ctypes\nctypes.CDLL(None).umount2(b'/box', 2)\nprint('went on')",
    "user namespace": "import ctypes\nctypes.CDLL(None).unshare(0x10000000)\nprint('went on')",
    "gate once more": "import ctypes\nctypes.CDLL(None).syscall(322, -1, 0, 0, 0, 0x6470)\n"
                      "print('went on')",
    "own library": "import os\nfor d in ('/box', '/', '/lib', '/tmp'):\n"
                   "    assert not os.path.exists(d + '/dualpipe-zygote.so')\nprint('held')",
}


class Hostile(Case):
    def test_attacks_on_the_interpreter_are_held_and_the_next_job_is_well(self):
        jobs = []
        for name, text in ATTACKS.items():
            jobs += [file_job(text, id=name), file_job("print('well')", id="after " + name)]
        results = self.warm(jobs, "-j", "1", status=0)
        for job, result in zip(jobs, results):
            with self.subTest(job["id"]):
                if job["id"].startswith("after"):
                    self.assertEqual((result["verdict"], result["stdout"]), ("ok", "well\n"))
                elif result["verdict"] == "ok":
                    self.assertEqual(result["stdout"], "held\n")
                else:
                    self.assertNotIn("went on", result["stdout"] or "")
                    self.assertIn(result["verdict"], ("violation", "signalled", "nonzero-exit"))

    def test_a_child_under_a_policy_that_allows_it_is_gone_with_its_job(self):
        policy = self.policy("use python\nallow fork vfork clone wait4 waitid\nlimit processes 20\n")
        leave = ("import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
                 "        for fd in (0, 1, 2):\n            os.close(fd)\n        time.sleep(99)\n"
                 "        os._exit(0)\n    os._exit(0)\nprint('parent')")
        count = ("import os\nalive = 0\nfor pid in range(2, 50):\n    try:\n"
                 "        os.kill(pid, 0)\n        alive += 1\n    except OSError:\n        pass\n"
                 "print(alive)")
        bomb = "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass"
        results = self.run_all([file_job(leave), file_job(count), file_job(bomb, wall="1s"),
                                file_job(count)], "--warm", "-j", "1", policy=policy)
        self.assertEqual([r["stdout"] for r in results][:2], ["parent\n", "1\n"])
        self.assertIn(results[2]["verdict"], ("wall-limit", "time-limit"))
        self.assertEqual(results[3]["stdout"], "1\n")

    def zygotes(self, process):
        """The interpreters that wait: below our batch's keepers."""
        found = []
        for entry in os.listdir("/proc"):
            if not entry.isdigit():
                continue
            try:
                with open(f"/proc/{entry}/stat") as file:
                    before, after = file.read().rsplit(")", 1)
                with open(f"/proc/{entry}/cmdline", "rb") as file:
                    words = file.read()
            except OSError:
                continue
            found.append((int(entry), int(after.split()[1]), words))
        parents = {pid: parent for pid, parent, _ in found}
        return [pid for pid, parent, words in found
                if words == b"python3\0-c\0pass\0" and parents.get(parent) == process.pid]

    def test_a_killed_interpreter_is_replaced(self):
        process = self.start("--warm", "-P", "python", "-j", "1", "-", stdin=subprocess.PIPE)
        job = json.dumps(file_job("print('well')")).encode() + b"\n"
        for _ in range(4):
            process.stdin.write(job)
            process.stdin.flush()
            result = json.loads(process.stdout.readline())
            self.assertEqual((result["verdict"], result["stdout"]), ("ok", "well\n"), result)
            for pid in self.zygotes(process):
                os.kill(pid, signal.SIGKILL)
        process.stdin.close()
        self.assertEqual(process.wait(batch_test.TIMEOUT), 0)

    def test_a_job_whose_interpreter_is_killed_is_run_again_or_told_as_retryable(self):
        process = self.start("--warm", "-P", "python", "-j", "1", "-", stdin=subprocess.PIPE)
        job = json.dumps(file_job("import time\ntime.sleep(1.5)\nprint('well')")).encode() + b"\n"
        process.stdin.write(job)
        process.stdin.close()
        killed = []
        end = time.monotonic() + 30
        while not killed and time.monotonic() < end:
            time.sleep(0.5)
            killed = self.zygotes(process)
            for pid in killed:
                os.kill(pid, signal.SIGKILL)
        self.assertTrue(killed)
        result = json.loads(process.stdout.readline())
        if result["verdict"] != "ok":
            self.assertEqual(result["verdict"], "internal-error")
            self.assertTrue(result["error"]["retryable"])


class Wrong(Case):
    def module(self, name, text):
        """A place for the box to see; /tmp is its own there."""
        place = tempfile.TemporaryDirectory(prefix="warm-test-", dir="/var/tmp")
        self.addCleanup(place.cleanup)
        os.chmod(place.name, 0o755)
        with open(os.path.join(place.name, name + ".py"), "wb") as file:
            file.write(text)
        return place.name

    def test_a_policy_without_the_interpreter_is_refused(self):
        self.jobs([code_job("print(1)")])
        message = self.refused("--warm", "-P", "native", "jobs")
        self.assertIn("policy native does not show it", message)

    def test_a_module_that_is_not_there_is_named(self):
        self.jobs([code_job("print(1)")])
        policy = self.policy("use python\npreload json no_such_module\n")
        message = self.refused("--warm", "-P", policy, "jobs")
        self.assertIn("No module named 'no_such_module'", message)
        self.assertIn("`preload`", message)

    def test_a_module_that_starts_threads_is_refused(self):
        place = self.module("threaded", b"import threading, time\n"
                  b"threading.Thread(target=time.sleep, args=(99,), daemon=True).start()\n")
        policy = self.policy(f"use python\nshow {place}\nenvironment PYTHONPATH={place}\n"
                             "preload threaded\n")
        self.jobs([code_job("print(1)")])
        message = self.refused("--warm", "-P", policy, "jobs")
        self.assertIn("starts threads", message)

    def test_a_module_that_starts_threads_or_processes_in_forks_is_refused(self):
        rows = [(b"threading.Thread(target=time.sleep, args=(99,), daemon=True).start()", "threads"),
                (b"os.fork() or time.sleep(99)", "processes"),
                (b"os.fork() or os.fork() or time.sleep(99)", "processes"),
                (b"os.open('/dev/null', 0)", "descriptors")]
        self.jobs([code_job("print(1)")])
        for hook, word in rows:
            place = self.module("hooked", b"import os, threading, time\nmain = os.getpid()\n"
                                b"def hook():\n    if os.getppid() == 1 and not hook.done:\n"
                                b"        hook.done = True\n        " + hook + b"\n"
                                b"hook.done = False\n"
                                b"os.register_at_fork(after_in_child=hook)\n")
            policy = self.policy(f"use python\nshow {place}\nenvironment PYTHONPATH={place}\n"
                                 "preload hooked\n")
            with self.subTest(hook):
                # A copy that goes on as the target does may disturb the hand-over first.
                self.assertRegex(self.refused("--warm", "-P", policy, "jobs"), word + "|courier")

    def test_a_module_that_ends_the_interpreter_is_told(self):
        place = self.module("ending", b"import os\nprint('I end', flush=True)\nos._exit(0)\n")
        policy = self.policy(f"use python\nshow {place}\nenvironment PYTHONPATH={place}\n"
                             "preload ending\n")
        self.jobs([code_job("print(1)")])
        self.assertIn("I end", self.refused("--warm", "-P", policy, "jobs"))

    def test_a_module_has_no_capability_in_effect(self):
        place = self.module("curious", b"import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"
                  b"refused = [libc.umount2(b'/lib', 2) == -1, libc.sethostname(b'x', 1) == -1,\n"
                  b"           libc.unshare(0x20000) == -1]\n")
        policy = self.policy(f"use python\nshow {place}\nenvironment PYTHONPATH={place}\n"
                             "preload curious\n")
        self.assertEqual(self.outputs(["import curious\nprint(curious.refused)"], policy=policy),
                         ["[True, True, True]\n"])

    def test_no_module_sees_a_job(self):
        place = self.module("looking", b"import os, sys\nseen = [os.listdir('/tmp'), os.listdir('/box'),\n"
                  b"        sys.argv, os.environ.get('LD_PRELOAD'), os.environ.get('DUALPIPE_PLAN')]\n")
        policy = self.policy(f"use python\nshow {place}\nenvironment PYTHONPATH={place}\n"
                             "preload looking\n")
        self.assertEqual(self.outputs(["import looking\nprint(looking.seen)"], policy=policy),
                         ["[[], [], ['-c'], None, None]\n"])

    def test_verified_boxes_and_bad_names_are_refused(self):
        self.jobs([code_job("print(1)")])
        self.assertIn("fresh", self.refused("--warm", "--freshness", "verified", "-P", "python",
                                            "jobs"))
        for name in ("1x", "a..b", ".a", "a.", "a-b", "a/b"):
            policy = self.policy(f"use python\npreload {name}\n")
            self.assertIn("no name of a module", self.refused("--warm", "-P", policy, "jobs"))


if __name__ == "__main__":
    batch_test.main()
