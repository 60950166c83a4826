#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Submissions that are broken or attack.

judge_bad_submission_test.py DUALPIPE SUITE[.TEST]...

Suites: Submission (what is handed in), Leaving (what compile steps leave where
their output is collected). Each gets the right class of verdict and a reason,
and nothing is left behind.
"""
import os
import shutil
import sys
import unittest

import judge_command
from judge_command import ACCEPTED, EXTENSIONS, QUICK, SECRET, TIMEOUT, Package, has_toolchain


class Submission(Package):
    def submit(self, name, content, *verdicts, arguments=(), mode=0o644):
        path = self.write(os.path.join("handed-in", name), content, mode)
        return self.submit_path(path, *verdicts, arguments=arguments)

    def submit_path(self, path, *verdicts, arguments=(), timeout=TIMEOUT):
        status, said, one = self.one(*arguments, "--", path, timeout=timeout)
        self.assertIn(one["verdict"], verdicts, said)
        self.assertEqual(status, 0 if one["verdict"] == "accepted" else
                         2 if one["verdict"] in ("judge-error", "skipped") else 1, said)
        if one["verdict"] != "accepted":
            self.assertTrue(one["reason"], said)
        return one

    def test_it_is_empty(self):
        self.submit("empty.c", "", "compile-error")
        self.submit("empty.py", "", "wrong-answer", "compile-error")
        self.submit("empty.cpp", "", "compile-error")

    def test_it_is_binary(self):
        noise = bytes(range(256)) * 40
        for name in ("noise.c", "noise.cpp", "noise.py", "noise.js"):
            with self.subTest(name):
                if not has_toolchain(EXTENSIONS[os.path.splitext(name)[1]]):
                    self.skipTest("its toolchain is not installed")
                one = self.submit(name, noise, "compile-error")
                self.assertTrue(one["compile"]["messages"])
        with open("/bin/true", "rb") as file:
            self.submit("program.c", file.read(), "compile-error")

    def test_it_is_very_large(self):
        path = self.write("handed-in/large.py", "")
        os.truncate(path, 100 << 20)
        one = self.submit_path(path, "compile-error", timeout=QUICK)
        self.assertIn("limit", one["reason"])
        one = self.submit("comment.py", "#" * (200 << 10) + "\n" + ACCEPTED, "compile-error")
        self.assertIn("limit", one["reason"])

    def test_its_name_is_an_option(self):
        for name in ("-rf.py", "--all.py", "-rf"):
            with self.subTest(name):
                self.write(name, ACCEPTED)
                status, said, report = self.judge(self.problem, "--language", "python3",
                                                  "--", name)
                self.assertEqual(status, 0, said)
                self.assertEqual(report["submissions"][0]["verdict"], "accepted")
                self.assertTrue(os.path.exists(self.path(name)), "it is still there")

    def test_its_name_is_hostile(self):
        for name in ("a b.py", "a\nb.py", "$(touch pwned).py", "'; touch pwned; '.py",
                     "\x1b[31m.py", "\u6f22\u5b57.py", "<script>alert(1)<", "x" * 240 + ".py"):
            with self.subTest(name):
                self.submit(name, ACCEPTED, "accepted", arguments=("--language", "python3"))
                self.assertFalse(os.path.exists(self.path("pwned")))

    def test_its_name_is_not_utf8(self):
        path = os.path.join(os.fsencode(self.directory), b"\xff\xfe.py")
        with open(path, "w", encoding="utf-8") as file:
            file.write(ACCEPTED)
        self.submit_path(path, "accepted")

    def test_its_language_is_unknown(self):
        for name in ("solution", "solution.xyz", "solution."):
            with self.subTest(name):
                one = self.submit(name, ACCEPTED, "compile-error", "judge-error", "skipped")
                self.assertIn("language", one["reason"])

    def test_it_is_not_there_or_no_file(self):
        os.mkfifo(self.path("fifo.py"))
        for path in (self.path("nothing.py"), self.path("fifo.py"), "/dev/zero", "/dev/null"):
            with self.subTest(path):
                status, said, report = self.judge("--language", "python3", self.problem, path,
                                                  timeout=QUICK)
                self.assertIn(status, (1, 2), said)
                self.assertIn(os.path.basename(path), said)
                if report and report["submissions"]:
                    self.assertIn(report["submissions"][0]["verdict"],
                                  ("judge-error", "compile-error", "skipped"))

    def test_its_directory_holds_links_out(self):
        secret = self.write("outside.h", f'#define SECRET "{SECRET}"\n')
        for target in (secret, "/etc/passwd", "../../outside.h"):
            with self.subTest(target):
                shutil.rmtree(self.path("handed-in"), ignore_errors=True)
                self.write("handed-in/two/main.c", '#include "secret.h"\n#include <stdio.h>\n'
                           "int main(void) { puts(SECRET); return 0; }\n")
                os.symlink(target, self.path("handed-in/two/secret.h"))
                self.submit_path(self.path("handed-in/two"), "compile-error", "judge-error")

    def test_its_directory_holds_what_is_no_file(self):
        self.write("handed-in/two/main.py", ACCEPTED)
        os.mkfifo(self.path("handed-in/two/fifo.py"))
        os.symlink(".", self.path("handed-in/two/circle"))
        one = self.submit_path(self.path("handed-in/two"), "accepted", "compile-error",
                               "judge-error", timeout=QUICK)
        self.assertNotIn(SECRET, str(one))

    def test_its_directory_is_empty_or_very_deep(self):
        os.makedirs(self.path("handed-in/none"))
        self.submit_path(self.path("handed-in/none"), "compile-error", "judge-error")
        deep = self.path("handed-in/deep")
        for _ in range(300):
            deep = os.path.join(deep, "d")
        os.makedirs(deep)
        self.submit_path(self.path("handed-in/deep"), "compile-error", "judge-error", timeout=QUICK)

    def test_it_includes_what_it_must_not_see(self):
        secret = self.write("outside.txt", SECRET + "\n")
        for path in (secret, self.data("secret/02.ans"), "/root/.profile", "/etc/shadow"):
            with self.subTest(path):
                one = self.submit("include.c", f'#include "{path}"\nint main(void) {{ }}\n',
                                  "compile-error")
                self.assertIn("No such file", one["compile"]["messages"])

    def test_it_makes_the_compiler_work_for_ever(self):
        self.yaml("limits:\n  time_limit: 1\n  compilation_time: 3\n  compilation_memory: 512\n")
        for name, text in (
                ("self.c", '#include __FILE__\n' * 12),
                ("zero.c", '#include "/dev/zero"\n'),
                ("stdin.c", '#include "/dev/stdin"\n'),
                ("deep.cpp", "template<int N> struct a { a<N + 1> b; "
                             "typedef typename a<N + 1>::t t; };\n"
                             "template<> struct a<100000000> { typedef int t; };\n"
                             "a<0>::t x;\nint main() {}\n"),
                ("long.cpp", "constexpr long f(long n) { long s = 0; for (long i = 0; i < n; i++) "
                             "for (long j = 0; j < n; j++) s += i ^ j; return s; }\n"
                             "int main() { constexpr long x = f(1000000); return x; }\n"),
                ("wide.c", "char x[1L << 32] = {1};\nint main(void) { return x[5]; }\n")):
            with self.subTest(name):
                self.submit(name, text, "compile-error")

    def test_its_compiler_floods(self):
        body = "".join(f"undeclared{i}();x{i};\n" for i in range(3000))
        one = self.submit("flood.c", "int main(void) {\n" + body + "}\n", "compile-error")
        self.assertLess(len(one["compile"]["messages"]), 1 << 20)

    def test_it_floods_standard_error(self):
        text = "import sys\nwhile True:\n    sys.stderr.write('x' * 65536)\n"
        one = self.submit("flood.py", text, "output-limit")
        for case in one["cases"]:
            self.assertLess(len(case["stderr"] or ""), 1 << 20)

    def test_it_prints_what_looks_like_a_verdict(self):
        self.submit("liar.py", "print('accepted', flush=True)\nimport os\nos._exit(42)\n",
                    "run-time-error")

    def test_it_cannot_see_answers(self):
        self.submit("looks.py", "import os, sys\nfound = []\n"
                    "for root, _, names in os.walk('/'):\n"
                    "    if root.startswith(('/usr', '/proc', '/lib')): continue\n"
                    "    found += [root + '/' + n for n in names if n.endswith('.ans')]\n"
                    "print(open(found[0]).read() if found else 'none')\n", "wrong-answer")

    def test_it_leaves_processes(self):
        self.submit("forks.py", "import os, time\nif os.fork() == 0:\n    os.setsid()\n"
                    "    time.sleep(3600)\nprint(2 * int(input()))\n", "accepted", "run-time-error",
                    "idle", "violation")

    def test_it_closes_its_output(self):
        self.submit("closes.py", "import os\nos.close(1)\nwhile True: pass\n", "time-limit")


class Leaving(Package):
    """Compile steps that leave what must not be followed or taken over."""

    def setUp(self):
        super().setUp()
        self.outside = self.write("outside.txt", SECRET + "\n")
        self.table = self.write("languages", "language evil\n  title Evil\n  extensions .evil\n"
                                "  compile shell sh {main}\n  run shell sh {directory}/run\n"
                                "  version sh --help\n")

    def leave(self, script, *verdicts):
        path = self.write("handed-in/step.evil", script)
        status, said, one = self.one("--languages", self.table, path, timeout=QUICK)
        self.assertIn(one["verdict"], verdicts, said)
        self.assertIn(status, (0, 1, 2), said)
        return one, said

    RUN = "printf 'read n\\necho $((2 * n))\\n' > run\n"

    def test_a_compile_step_that_works(self):
        self.leave(self.RUN, "accepted")

    def test_it_leaves_a_link_instead_of_a_program(self):
        for target in (self.outside, "/etc/passwd", "/bin/true", "../../../etc/passwd", "run"):
            with self.subTest(target):
                self.leave(f"ln -s {target} run\n", "compile-error", "run-time-error",
                           "wrong-answer")

    def test_it_leaves_links_beside_the_program(self):
        self.leave(self.RUN + f"ln -s {self.outside} a; ln -s / root; ln -s . circle; ln -s b b\n"
                   f"printf 'cat a root/etc/shadow {self.outside}; read n; echo 1' > run\n",
                   "compile-error", "wrong-answer", "run-time-error")

    def test_it_leaves_fifos_sockets_and_devices(self):
        self.leave("mkfifo run\n", "compile-error", "run-time-error")
        self.leave(self.RUN + "mkfifo fifo; mknod null c 1 3; mknod zero b 1 5; "
                   "mkdir -m 0 closed; chmod 0 run\n", "accepted", "compile-error",
                   "run-time-error")

    def test_it_leaves_a_deep_tree(self):
        self.leave(self.RUN + "i=0; while [ $i -lt 500 ]; do mkdir d && cd d || exit 0; "
                   "i=$((i + 1)); done\n", "accepted", "compile-error", "run-time-error")

    def test_it_leaves_very_many_files(self):
        self.leave(self.RUN + "i=0; while [ $i -lt 20000 ]; do : > f$i; i=$((i + 1)); done\n",
                   "accepted", "compile-error", "run-time-error")

    def test_it_leaves_odd_names(self):
        self.leave(self.RUN + "touch -- '-rf' 'a\nb' \"$(printf 'x\\033[31m')\" '\u00e4'\n",
                   "accepted", "compile-error")

    def test_it_fills_its_disk(self):
        self.leave(self.RUN + "while cat /bin/sh >> big; do :; done; exit 1\n", "compile-error")

    def test_it_leaves_a_set_user_id_program(self):
        one, said = self.leave("cp /bin/sh run 2>/dev/null; chmod 6755 run; exit 0\n",
                               "accepted", "compile-error", "run-time-error", "wrong-answer")
        self.assertTrue(one, said)

    def test_it_leaves_nothing(self):
        self.leave("exit 0\n", "compile-error", "run-time-error")

    def test_it_leaves_a_process(self):
        self.leave(self.RUN + "(while :; do :; done) & exit 0\n", "accepted", "compile-error")

    def test_a_build_script_of_a_validator_that_leaves_links(self):
        for leave in (f"ln -s {self.outside} run", "ln -s /bin/true run", "mkfifo run", "exit 0",
                      "exit 7", "ln -s . run"):
            with self.subTest(leave):
                self.write("twice/output_validator/build", f"#!/bin/sh\n{leave}\n", 0o755)
                status, said, report = self.judge(self.problem, self.solution, timeout=QUICK)
                self.assertEqual(status, 2, said)
                self.assertNotIn(SECRET, said + str(report))


def main():
    judge_command.set_up(sys.argv[1])
    return not unittest.main(argv=[sys.argv[0], *sys.argv[2:]], exit=False).result.wasSuccessful()


if __name__ == "__main__":
    sys.exit(main())
