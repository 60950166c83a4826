#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Broken packages, and validators that misbehave.

judge_bad_input_test.py DUALPIPE SUITE[.TEST]...

Suites: Broken (packages that cannot be judged: exit status 2 and a message that
names what is wrong), Archive (zip files), Validator (what a validator does
wrong is a judge error, never the submission's fault). All of it is made here:
nothing broken lies in the repository.
"""
import os
import resource
import shutil
import stat
import sys
import unittest
import unittest.mock
import zipfile

import judge_command
from judge_command import QUICK, SECRET, Package

BOMB_MEMORY = 1 << 30


class Broken(Package):
    def test_the_package_as_it_is_works(self):
        self.accepted()

    def test_a_problem_that_is_not_there(self):
        self.refused("nothing-here", problem=self.path("nothing-here"))

    def test_an_empty_directory(self):
        os.mkdir(self.path("empty"))
        self.refused("problem.yaml", problem=self.path("empty"))

    def test_a_problem_that_is_a_device_or_a_fifo(self):
        os.mkfifo(self.path("fifo"))
        self.refused("fifo", problem=self.path("fifo"))
        self.refused("/dev/zero", problem="/dev/zero")

    def test_no_data(self):
        shutil.rmtree(self.data(""))
        self.refused("data/secret")

    def test_no_secret_data(self):
        shutil.rmtree(self.data("secret"))
        self.refused("data/secret")

    def test_secret_data_without_cases(self):
        for name in os.listdir(self.data("secret")):
            os.unlink(self.data(f"secret/{name}"))
        self.refused("data/secret")

    def test_a_missing_answer(self):
        os.unlink(self.data("secret/02.ans"))
        self.refused("secret/02.ans")

    def test_a_folder_without_answers(self):
        self.write("plain/1.in", "1\n")
        self.refused("1.in", problem=self.path("plain"))

    def test_keys_that_are_unknown_twice_or_of_a_wrong_kind(self):
        for more, word in (("nmae: Twice\n", "nmae"), ("name: Once\n", "twice"),
                           ("limits: [1, 2]\n", "limits"), ("type: [1, {}]\n", "type"),
                           ("type: nonsense\n", "nonsense"),
                           ("type: [pass-fail, scoring]\n", "exclude")):
            with self.subTest(more):
                self.yaml(more)
                self.refused("problem.yaml", word)

    def test_limits_that_are_no_limits(self):
        for limit in ("time_limit: 0", "time_limit: -1", "time_limit: two", "time_limit: .nan",
                      "time_limit: 1e300", "memory: 0", "memory: -5", "memory: 1.5",
                      "memory: 99999999999999999999", "output: [8]", "tmie_limit: 1"):
            with self.subTest(limit):
                self.yaml(f"limits:\n  {limit}\n")
                self.refused("problem.yaml", limit.split(":")[0])

    def test_versions_that_nobody_knows(self):
        self.yaml("", version="1999-01")
        self.refused("problem.yaml", "1999-01")

    def test_texts_that_are_no_yaml(self):
        for content in (b"name: [unclosed\n", b"\x00\x01\x02", b"\xff\xfe\xff", b"- a list\n",
                        b"a: b\n--- \nc: d\n", b"just text\n", b"\t- tab\n", b"%YAML 9.9\n"):
            with self.subTest(content):
                self.write("twice/problem.yaml", content)
                self.refused("problem.yaml")

    def test_aliases_that_explode(self):
        bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in range(1, 30):
            bomb += f"a{level}: &a{level} [" + ", ".join([f"*a{level - 1}"] * 9) + "]\n"
        self.yaml(bomb + "keywords: *a29\n")
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        self.refused("problem.yaml")
        after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        self.assertLess(max(after, before) * 1024, BOMB_MEMORY)

    def test_keywords_that_explode(self):
        bomb = "limits:\n  time_limit: 1\nkeywords:\n  - &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in range(1, 28):
            bomb += f"  - &a{level} [" + ", ".join([f"*a{level - 1}"] * 9) + "]\n"
        self.yaml(bomb)
        status, said, _ = self.judge(self.problem, self.solution, timeout=QUICK)
        self.assertIn(status, (0, 2), said)
        self.assertLess(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024, BOMB_MEMORY)

    def test_an_alias_inside_of_itself(self):
        self.yaml("keywords: &a [*a]\n")
        self.refused("problem.yaml")

    def test_a_text_that_is_too_deep_or_too_large(self):
        self.yaml("keywords: " + "[" * 50000 + "]" * 50000 + "\n")
        self.refused("problem.yaml")
        self.yaml("".join(f"# {'x' * 98}\n" for _ in range(30000)))
        self.refused("problem.yaml")

    def test_settings_of_a_case_that_are_broken(self):
        self.write("twice/data/secret/01.yaml", "args: {a: b}\n")
        self.refused("secret/01.yaml", "args")
        self.write("twice/data/secret/01.yaml", "agrs: []\n")
        self.refused("secret/01.yaml", "agrs")

    def test_settings_of_groups_that_are_broken(self):
        self.yaml("type: scoring\n")
        for text, word in (("max_score: -1\n", "max_score"), ("score_aggregation: avg\n", "score_aggregation"),
                           ("require_pass: [secret/none]\n", "require_pass"),
                           ("on_reject: break\n", "on_reject")):
            with self.subTest(text):
                self.write("twice/data/secret/test_group.yaml", text)
                self.refused("test_group.yaml", word)

    def test_a_pattern_that_is_too_long(self):
        self.write("twice/submissions/accepted/a.py", "print()\n")
        for pattern in ("*" * 190000, "{" * 190000, "{,}" * 60000):
            with self.subTest(pattern[:4]):
                self.write("twice/submissions/submissions.yaml",
                           f"? '{pattern}'\n: {{permitted: [AC]}}\n")
                self.refused("submissions.yaml", "190000" if len(pattern) == 190000 else "180000")

    def test_links_in_circles(self):
        os.symlink(".", self.data("secret/loop"))
        os.symlink("04.in", self.data("secret/03.in"))
        os.symlink("03.in", self.data("secret/04.in"))
        self.refused("secret")

    def test_a_directory_that_links_back(self):
        os.symlink("..", self.data("secret/back"))
        self.refused("secret")

    def test_links_that_lead_out(self):
        outside = self.write("outside.txt", SECRET + "\n")
        for name in ("secret/01.in", "secret/01.ans"):
            for target in (outside, "../../../outside.txt", "/etc/passwd"):
                with self.subTest(name=name, target=target):
                    os.unlink(self.data(name))
                    os.symlink(target, self.data(name))
                    self.refused("secret/01")
        self.setUp()
        os.unlink(self.path("twice/problem.yaml"))
        os.symlink("/etc/passwd", self.path("twice/problem.yaml"))
        self.refused("problem.yaml")

    def test_links_inside_of_the_package_are_fine(self):
        os.symlink("01.in", self.data("secret/03.in"))
        os.symlink("../secret/01.ans", self.data("secret/03.ans"))
        self.accepted()

    def test_cases_that_are_no_files(self):
        for name in ("secret/01.in", "secret/01.ans"):
            with self.subTest(name):
                content = open(self.data(name), "rb").read()
                os.unlink(self.data(name))
                os.mkfifo(self.data(name))
                self.refused("secret/01")
                os.unlink(self.data(name))
                os.mkdir(self.data(name))
                self.refused("secret/01")
                os.rmdir(self.data(name))
                self.write(f"twice/data/{name}", content)
        if os.geteuid() == 0:
            os.unlink(self.data("secret/01.in"))
            os.mknod(self.data("secret/01.in"), stat.S_IFCHR | 0o644, os.makedev(1, 5))
            self.refused("secret/01")

    def test_files_that_are_huge(self):
        for name in ("secret/01.ans", "secret/01.in"):
            with self.subTest(name):
                size = os.path.getsize(self.data(name))
                os.truncate(self.data(name), 1 << 38)
                self.refused(name, "bytes")
                os.truncate(self.data(name), size)
        self.accepted()

    def test_names_that_the_format_does_not_know_are_left_out(self):
        for name in ("secret/a\nb", "secret/ blank", "secret/.hidden", "secret/-rf",
                     "secret/\u00e4", "secret/x\x1b[31m"):
            self.write(f"twice/data/{name}.in", "1\n")  # without an answer
        said = self.accepted()
        self.assertNotIn("\x1b", said)

    def test_a_directory_that_is_very_deep(self):
        deep = self.data("secret")
        for _ in range(200):
            deep = os.path.join(deep, "d")
            os.mkdir(deep)
        self.refused("secret")

    def test_cases_and_groups_side_by_side(self):
        self.case("secret/group/01", "1\n", "2\n")
        self.refused("data/secret", "groups")


class Archive(Package):
    def zip(self, members, name="twice.zip"):
        """Each member is (name or ZipInfo, content)."""
        path = self.path(name)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for member, content in members:
                archive.writestr(member, content)
        return path

    def good_members(self):
        members = []
        for directory, _, names in os.walk(self.problem):
            for name in names:
                path = os.path.join(directory, name)
                with open(path, "rb") as file:
                    members.append((os.path.relpath(path, self.directory), file.read()))
        return members

    def with_mode(self, name, mode):
        member = zipfile.ZipInfo(name)
        member.create_system = 3
        member.external_attr = mode << 16
        return member

    def test_a_good_archive_works(self):
        self.problem = self.zip(self.good_members())
        self.accepted()

    def test_names_that_lead_out(self):
        for name in ("../evil", "twice/../../evil", "/tmp/dualpipe-evil",
                     "twice/data/../../../evil"):
            with self.subTest(name):
                path = self.zip(self.good_members() + [(name, SECRET)])
                self.refused("archive", problem=path)
                self.assertFalse(os.path.exists("/tmp/dualpipe-evil"))
                self.assertFalse(os.path.exists(self.path("evil")))
                self.assertFalse(os.path.exists(self.path("..", "evil")))

    def test_links_and_devices(self):
        outside = self.write("outside.txt", "21\n")
        for mode, content in ((stat.S_IFLNK | 0o777, outside), (stat.S_IFLNK | 0o777, "01.in"),
                              (stat.S_IFIFO | 0o644, ""), (stat.S_IFCHR | 0o644, "")):
            with self.subTest(oct(mode)):
                member = self.with_mode("twice/data/secret/03.in", mode)
                path = self.zip(self.good_members() + [(member, content)])
                said = self.refused(problem=path)
                self.assertTrue("archive" in said or "03" in said, said)

    def test_a_link_that_a_later_member_goes_through(self):
        os.mkdir(self.path("target"))
        link = self.with_mode("twice/data/way", stat.S_IFLNK | 0o777)
        path = self.zip(self.good_members() + [(link, self.path("target")),
                                               ("twice/data/way/evil", SECRET)])
        self.refused("archive", problem=path)
        self.assertEqual(os.listdir(self.path("target")), [])

    def test_members_that_are_too_large_or_too_many(self):
        zeros = bytes(1 << 20)
        path = self.path("bomb.zip")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for member, content in self.good_members():
                archive.writestr(member, content)
            with archive.open("twice/data/secret/03.in", "w", force_zip64=True) as file:
                for _ in range(1100):
                    file.write(zeros)
        self.refused("archive", problem=path)
        with zipfile.ZipFile(path, "w") as archive:
            for number in range(100001):
                archive.writestr(f"twice/attachments/{number}", b"")
        self.refused("archive", problem=path)

    def test_archives_that_are_none(self):
        good = self.zip(self.good_members())
        with open(good, "rb") as file:
            content = file.read()
        for name, broken in (("cut", content[:len(content) // 2]), ("empty", b""),
                             ("text", b"this is no archive\n"),
                             ("magic", b"PK\x03\x04" + b"x" * 99),
                             ("noise", content[:200] + bytes(200) + content[400:])):
            with self.subTest(name):
                self.refused(problem=self.write(f"{name}.zip", broken))

    def test_an_archive_without_a_package(self):
        self.refused("problem.yaml", problem=self.zip([("readme.txt", "nothing\n")]))


VALIDATOR = """
import os, sys, signal, time
feedback = sys.argv[3]
def say(text, name="judgemessage.txt"):
    with open(feedback + name, "w") as file:
        file.write(text)
"""


class Validator(Package):
    def validator(self, body, more="", kind=""):
        self.yaml(f"{kind}limits:\n  time_limit: 1\n  memory: 256\n  validation_time: 1\n"
                  f"  validation_memory: 128\n  validation_output: 1\n{more}")
        self.write("twice/output_validator/validate.py", VALIDATOR + body)

    def verdict(self, body, expected, **options):
        self.validator(body, **options)
        status, said, one = self.one(self.solution)
        self.assertEqual(one["verdict"], expected, said)
        self.assertEqual(status, {"accepted": 0, "judge-error": 2}.get(expected, 1), said)
        return one, said

    def judge_error(self, body, *words, **options):
        one, said = self.verdict(body, "judge-error", **options)
        self.assertTrue(one["reason"])
        for word in words:
            self.assertIn(word, one["reason"] + said)
        return one

    def test_answers_are_42_and_43_alone(self):
        self.verdict("say('good')\nsys.exit(42)\n", "accepted")
        one, _ = self.verdict("say('bad')\nsys.exit(43)\n", "wrong-answer")
        self.assertEqual(one["cases"][0]["message"], "bad")
        for code in (0, 1, 2, 41, 44, 127, 255):
            with self.subTest(code):
                self.judge_error(f"sys.exit({code})\n", str(code))

    def test_a_host_that_is_short_for_a_moment_is_asked_again(self):
        """As it compiles the validator; and whatever else it begins."""
        if not shutil.which("strace"):
            self.skipTest("strace is not installed")
        log = self.path("calls")
        short = self.write("short", "#!/bin/sh\nexport ASAN_OPTIONS=detect_leaks=0\n"
                           f"exec strace -f -qq -o {log} -e trace=socketpair "
                           "-e inject=socketpair:error=EMFILE:when=1 "
                           f"{judge_command.DUALPIPE} \"$@\"\n", mode=0o755)
        with unittest.mock.patch.object(judge_command, "DUALPIPE", short):
            self.verdict("sys.exit(42)\n", "accepted")
        with open(log, encoding="utf-8") as calls:
            self.assertIn("INJECTED", calls.read())

    def test_it_spins(self):
        self.judge_error("while True:\n    pass\n", "validator")

    def test_it_sleeps(self):
        self.judge_error("time.sleep(10000)\n", "validator")

    def test_it_crashes(self):
        self.judge_error("os.kill(os.getpid(), signal.SIGSEGV)\n", "validator")
        self.judge_error("raise ValueError('no such answer')\n", "validator")

    def test_it_eats_memory(self):
        self.judge_error("x = []\nwhile True:\n    x.append(b'x' * (1 << 20))\n", "validator")

    def test_it_floods_its_output(self):
        for stream in (1, 2):
            with self.subTest(stream):
                self.judge_error(f"while True:\n    os.write({stream}, b'x' * 65536)\n",
                                 "validator")

    def test_it_floods_the_feedback(self):
        self.judge_error("say('x' * (64 << 20))\nsys.exit(42)\n")

    def test_it_forks_without_end(self):
        self.judge_error("while True:\n    os.fork()\n", "validator")

    def test_it_makes_very_many_files(self):
        self.validator("for i in range(20000):\n    open(f'{feedback}{i}', 'w').close()\n"
                       "sys.exit(42)\n")
        status, said, one = self.one(self.solution)
        self.assertIn(one["verdict"], ("accepted", "judge-error"), said)

    def test_what_it_leaves_is_not_followed(self):
        outside = self.write("outside.txt", SECRET + "\n")
        for make in (f"os.symlink({outside!r}, feedback + 'judgemessage.txt')",
                     "os.symlink('/etc/passwd', feedback + 'judgemessage.txt')",
                     "os.symlink('/proc/self/environ', feedback + 'teammessage.txt')",
                     "os.mkfifo(feedback + 'judgemessage.txt')",
                     "os.mkdir(feedback + 'judgemessage.txt')",
                     "os.symlink('loop', feedback + 'loop')",
                     "os.rmdir(feedback); os.symlink('/etc', feedback[:-1])"):
            with self.subTest(make):
                self.validator(f"try:\n    {make}\nexcept OSError: pass\nsys.exit(42)\n")
                _, said, one = self.one(self.solution)
                self.assertIn(one["verdict"], ("accepted", "judge-error"), said)
                for case in one["cases"]:
                    self.assertNotIn("root:", (case["message"] or "") +
                                     (case["team_message"] or ""))

    def test_its_messages_are_text_whatever_they_are(self):
        body = ("open(feedback + 'judgemessage.txt', 'wb').write("
                "b'\\x00\\xff\\x1b[31m</script>' * 1000)\nsys.exit(43)\n")
        one, _ = self.verdict(body, "wrong-answer")
        self.assertIn("</script>", one["cases"][0]["message"])

    def test_it_sees_neither_the_host_nor_other_cases(self):
        body = (f"names = [{self.problem!r}, {self.directory!r}, '/etc/shadow', '/root']\n"
                "case = os.path.dirname(os.path.abspath(sys.argv[1]))\n"
                "seen = [n for n in names if os.path.exists(n) and os.access(n, os.R_OK) and "
                "(not os.path.isdir(n) or os.listdir(n))]\n"
                "try: seen += [n for n in os.listdir(case) if n in ('02.in', 'problem.yaml')]\n"
                "except OSError: pass\n"
                "say(repr(seen))\nsys.exit(43 if seen else 42)\n")
        os.unlink(self.data("secret/02.in"))
        os.unlink(self.data("secret/02.ans"))
        self.verdict(body, "accepted")

    def test_it_does_not_compile(self):
        self.yaml("")
        self.write("twice/output_validator/validate.c", "this is no C\n")
        said = self.refused("output_validator")
        self.assertIn("error", said)

    def test_it_is_in_no_known_language(self):
        self.yaml("")
        self.write("twice/output_validator/validate.xyz", "?\n")
        self.refused("output_validator")

    def test_it_is_an_empty_directory(self):
        self.yaml("")
        os.makedirs(self.path("twice/output_validator"))
        self.refused("output_validator")

    def test_nextpass_without_multi_pass_changes_nothing(self):
        self.verdict("say('1\\n', 'nextpass.in')\nsys.exit(42)\n", "accepted")

    def test_passes_without_end(self):
        self.judge_error("say('1\\n', 'nextpass.in')\nsys.exit(42)\n", kind="type: multi-pass\n")

    def test_nextpass_with_a_rejection(self):
        self.judge_error("say('1\\n', 'nextpass.in')\nsys.exit(43)\n", kind="type: multi-pass\n")

    def test_a_second_pass_that_is_a_link(self):
        self.validator("os.symlink('/etc/passwd', feedback + 'nextpass.in')\nsys.exit(42)\n",
                       kind="type: multi-pass\n")
        _, said, one = self.one(self.solution)
        self.assertIn(one["verdict"], ("accepted", "judge-error"), said)

    def test_scores_that_are_none(self):
        for text in ("nan", "-1", "inf", "1 2", "", "x", "1e999"):
            with self.subTest(text):
                self.judge_error(f"say({text!r}, 'score.txt')\nsys.exit(42)\n",
                                 kind="type: scoring\n")

    def test_a_score_beyond_the_full_score(self):
        self.judge_error("say('1000', 'score.txt')\nsys.exit(42)\n", kind="type: scoring\n")

    def test_both_scores_and_a_score_for_a_rejection(self):
        self.judge_error("say('1', 'score.txt')\nsay('1', 'score_multiplier.txt')\n"
                         "sys.exit(42)\n", kind="type: scoring\n")
        self.judge_error("say('1', 'score.txt')\nsys.exit(43)\n", kind="type: scoring\n")

    def test_an_interactor_that_is_at_fault(self):
        for body in ("while True:\n    pass\n", "sys.exit(0)\n",
                     "os.kill(os.getpid(), signal.SIGKILL)\n"):
            with self.subTest(body):
                self.judge_error(body, kind="type: interactive\n")

    def test_a_silent_pair_is_idle(self):
        self.solution = self.write("solution.py", "input()\n")
        one, said = self.verdict("sys.stdin.read()\nsys.exit(43)\n", "idle",
                                 kind="type: interactive\n")
        self.assertTrue(one["reason"], said)

    def test_an_interactor_that_floods(self):
        self.solution = self.write("solution.py", "import time\ntime.sleep(1000)\n")
        self.validator("while True:\n    os.write(1, b'x' * 65536)\n", kind="type: interactive\n")
        _, said, one = self.one(self.solution)
        self.assertIn(one["verdict"], ("idle", "judge-error", "time-limit"), said)

    def test_an_interactor_that_leaves_more_than_can_be_taken(self):
        """A second pass, or the score, may be in it."""
        self.solution = self.write("solution.py", "print(1)\n")
        self.judge_error("os.makedirs(feedback + 40 * 'deep/')\nsys.exit(42)\n",
                         kind="type: interactive\n")

    def test_an_interactor_that_rejects_first_is_a_wrong_answer(self):
        self.solution = self.write("solution.py", "while True:\n    print('1' * 1000)\n")
        self.verdict("sys.exit(43)\n", "wrong-answer", kind="type: interactive\n")


def main():
    judge_command.set_up(sys.argv[1])
    return not unittest.main(argv=[sys.argv[0], *sys.argv[2:]], exit=False).result.wasSuccessful()


if __name__ == "__main__":
    sys.exit(main())
