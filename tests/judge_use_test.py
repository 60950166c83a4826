#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`dualpipe judge`, `grade` and `interact` as they are used.

judge_use_test.py DUALPIPE SUITE[.TEST]...

Suites: Folder (N.in and N.ans, checkers), Options (of packages), Grade,
Interact.
"""
import csv
import html.parser
import json
import os
import shutil
import sys
import unittest
import xml.etree.ElementTree as ElementTree

import judge_command
from judge_command import PROBLEMS, SOURCE, Case

TWICE = os.path.join(SOURCE, "examples", "problems", "twice")
BAGS = os.path.join(PROBLEMS, "bags")
ECHO = "import sys\nsys.stdout.write(sys.stdin.read())\n"


class Folder(Case):
    def folder(self, cases, ending="ans"):
        for name, (text, answer) in cases.items():
            self.write(f"folder/{name}.in", text)
            self.write(f"folder/{name}.{ending}", answer)
        return self.path("folder")

    def verdict(self, problem, program, expected, *options):
        """Returns the report of the one submission."""
        submission = self.write("submission.py", program)
        status, said, report = self.judge(*options, problem, submission)
        one = report["submissions"][0]
        self.assertEqual(one["verdict"], expected, said)
        self.assertEqual(status, {"accepted": 0, "judge-error": 2}.get(expected, 1), said)
        return one

    def test_answers_end_in_out_or_ans(self):
        for ending in ("out", "ans"):
            shutil.rmtree(self.path("folder"), ignore_errors=True)
            problem = self.folder({"1": ("a\n", "a\n"), "2": ("b\n", "b\n")}, ending)
            one = self.verdict(problem, ECHO, "accepted")
            self.assertEqual([case["name"] for case in one["cases"]], ["1", "2"])

    def test_tokens_are_compared_unless_told_otherwise(self):
        problem = self.folder({"1": ("A  b\n\n", "a b\n")})
        self.verdict(problem, ECHO, "accepted")
        self.verdict(problem, ECHO, "wrong-answer", "--checker", "exact")
        self.verdict(problem, ECHO, "wrong-answer", "--checker-argument", "case_sensitive")
        self.verdict(problem, ECHO, "wrong-answer", "--checker-argument", "space_change_sensitive")

    def test_the_first_difference_is_told(self):
        problem = self.folder({"1": ("1 2\n3 5 6\n", "1 2\n3 4 6\n")})
        one = self.verdict(problem, ECHO, "wrong-answer")
        difference = one["cases"][0]["difference"]
        self.assertEqual((difference["line"], difference["token"]), (2, 2))
        self.assertEqual((difference["expected"], difference["found"]), ("4", "5"))
        self.assertEqual(difference["found_line"], "3 5 6")

    def test_tolerances_of_floats(self):
        problem = self.folder({"1": ("1.0005\n", "1.0\n")})
        for words, verdict in ((("float_tolerance", "1e-3"), "accepted"),
                               (("float_tolerance", "1e-4"), "wrong-answer"),
                               (("float_absolute_tolerance", "0.001"), "accepted"),
                               (("float_relative_tolerance", "1e-5"), "wrong-answer")):
            options = [part for word in words for part in ("--checker-argument", word)]
            with self.subTest(words):
                self.verdict(problem, ECHO, verdict, *options)

    def test_checker_arguments_that_are_none(self):
        problem = self.folder({"1": ("1\n", "1\n")})
        submission = self.write("submission.py", ECHO)
        for words in (("nonsense",), ("float_tolerance",), ("float_tolerance", "x"),
                      ("float_tolerance", "1", "float_absolute_tolerance", "1")):
            options = [part for word in words for part in ("--checker-argument", word)]
            with self.subTest(words):
                status, said, _ = self.judge(*options, problem, submission)
                self.assertEqual(status, 2, said)
                self.assertTrue(any(word in said for word in words), said)

    TESTLIB = ("import sys\n"
               "output, answer = (open(path).read().split() for path in sys.argv[2:4])\n"
               "code = {'same': 0, 'form': 2, 'fail': 3, 'dirt': 4, 'points': 7}\n"
               "word = output[0] if output else 'none'\n"
               "if word == 'points': sys.stderr.write('points 12.5 half\\n')\n"
               "else: sys.stderr.write('said ' + word + '\\n')\n"
               "sys.exit(code.get(word, 1))\n")

    def test_exits_of_a_testlib_checker(self):
        problem = self.folder({"1": ("x\n", "y\n")})
        checker = self.write("checker.py", self.TESTLIB)
        for word, verdict in (("same", "accepted"), ("other", "wrong-answer"),
                              ("form", "wrong-answer"), ("fail", "judge-error")):
            with self.subTest(word):
                one = self.verdict(problem, f"print({word!r})\n", verdict, "--checker", checker)
                self.assertIn(word, json.dumps(one["cases"][0]))
        one = self.verdict(problem, "print('points')\n", "accepted", "--checker", checker)
        self.assertEqual(one["cases"][0]["score"], 12.5)

    def test_a_checker_that_answers_as_a_validator(self):
        problem = self.folder({"1": ("x\n", "y\n")})
        checker = self.write("checker.py", "import sys\nsys.exit(42 if input() == 'y' else 43)\n")
        options = ("--checker", checker, "--checker-style", "icpc")
        self.verdict(problem, "print('y')\n", "accepted", *options)
        self.verdict(problem, "print('x')\n", "wrong-answer", *options)

    def test_limits_of_the_command_line(self):
        problem = self.folder({"1": ("1\n", "1\n")})
        self.verdict(problem, "while True: pass\n", "time-limit", "--time", "0.3")
        self.verdict(problem, "x = []\nwhile True: x.append(bytes(1 << 20))\n", "memory-limit",
                     "--memory", "64M", "--time", "5")
        self.verdict(problem, "while True: print('x' * 1000)\n", "output-limit", "--output", "64K",
                     "--time", "5")

    def test_it_stops_at_the_first_failure_unless_told_otherwise(self):
        problem = self.folder({str(n): (f"{n}\n", f"{n % 2}\n") for n in range(4)})
        one = self.verdict(problem, ECHO, "wrong-answer")
        self.assertEqual([case["verdict"] for case in one["cases"]],
                         ["accepted", "accepted", "wrong-answer", "skipped"])
        one = self.verdict(problem, ECHO, "wrong-answer", "--all")
        self.assertEqual([case["verdict"] for case in one["cases"]],
                         ["accepted", "accepted", "wrong-answer", "wrong-answer"])

    def test_jobs_change_no_verdict(self):
        problem = self.folder({f"{n:02}": (f"{n}\n", f"{n if n != 13 else 0}\n")
                               for n in range(30)})
        reports = [self.verdict(problem, ECHO, "wrong-answer", "--all", "-j", jobs)
                   for jobs in ("1", "4")]
        verdicts = [[(case["name"], case["verdict"]) for case in one["cases"]] for one in reports]
        self.assertEqual(verdicts[0], verdicts[1])
        one = self.verdict(problem, ECHO, "wrong-answer", "-j", "4")
        states = [case["verdict"] for case in one["cases"]]
        self.assertEqual(states[:14], ["accepted"] * 13 + ["wrong-answer"])

    def test_an_interactor_of_a_plain_folder(self):
        problem = self.folder({"1": ("7\n", "\n")})
        interactor = self.write("interactor.py",
                                "import sys\nsecret = open(sys.argv[1]).read().strip()\n"
                                "print('hello', flush=True)\nsaid = input()\n"
                                "open(sys.argv[2], 'w').write(said)\n"
                                "sys.stderr.write('said ' + said)\n"
                                "sys.exit(0 if said == secret else 1)\n")
        for answer, verdict in (("7", "accepted"), ("8", "wrong-answer")):
            self.verdict(problem, f"input()\nprint({answer})\n", verdict, "--interactor",
                         interactor)


class Options(Case):
    def test_all_reports_at_once(self):
        paths = {name: self.path(name) for name in ("lines", "junit", "html", "csv")}
        wrong = os.path.join(TWICE, "submissions", "wrong_answer", "twice_int.c")
        right = self.write("own.py", "print(2 * int(input()))\n")
        status, said, report = self.judge(
            "--report-lines", paths["lines"], "--junit", paths["junit"], "--html", paths["html"],
            "--csv", paths["csv"], TWICE, right, wrong)
        self.assertEqual(status, 1, said)
        verdicts = ["accepted", "wrong-answer"]
        self.assertEqual([one["verdict"] for one in report["submissions"]], verdicts)
        with open(paths["lines"], encoding="utf-8") as file:
            self.assertEqual([json.loads(line)["verdict"] for line in file], verdicts)
        with open(paths["csv"], encoding="utf-8", newline="") as file:
            self.assertEqual([row["verdict"] for row in csv.DictReader(file)], verdicts)
        self.assertEqual(ElementTree.parse(paths["junit"]).getroot().get("errors"), "0")
        with open(paths["html"], encoding="utf-8") as file:
            text = file.read()
        html.parser.HTMLParser().feed(text)
        self.assertIn("twice_int.c", text)

    def test_a_report_that_cannot_be_written_stops_it_before_it_begins(self):
        submission = os.path.join(TWICE, "submissions", "accepted", "twice.py")
        for option in ("--report-lines", "--junit", "--html", "--csv", "--transcript"):
            with self.subTest(option):
                status, said, _ = self.judge(option, self.path("none", "file"), TWICE, submission)
                self.assertEqual(status, 2, said)
                self.assertIn(option, said)

    def test_an_option_wrongly_used_is_told(self):
        for arguments in (["--jobs", "0", TWICE, "x"], ["--nonsense"], [], [TWICE],
                          ["--verify"], ["--verify", TWICE, "x"], ["--time", "0", TWICE, "x"],
                          ["--color", "blue", TWICE, "x"], ["--language"]):
            with self.subTest(arguments):
                status, output, said = self.command("judge", *arguments)
                self.assertEqual((status, output), (2, ""), said)
                self.assertTrue(said)

    def test_options_are_not_abbreviated(self):
        for word in ("--al", "--verif", "--tim=1", "--repor", "--rep", "--q"):
            with self.subTest(word):
                status, output, said = self.command("judge", word, TWICE, "x")
                self.assertEqual((status, output), (2, ""), said)
                self.assertIn(f"{word}: there is no such option", said)

    def test_input_validators_are_run_on_request(self):
        problem = self.path("package")
        shutil.copytree(TWICE, problem)
        submission = os.path.join(problem, "submissions", "accepted", "twice.py")
        status, said, _ = self.judge("--validate-input", problem, submission)
        self.assertEqual(status, 0, said)
        self.write("package/data/secret/04.in", "1 2\n")
        self.write("package/data/secret/04.ans", "2\n")
        status, said, _ = self.judge("--validate-input", problem, submission)
        self.assertEqual(status, 2, said)
        self.assertIn("04", said)

    def test_invalid_inputs_must_be_rejected(self):
        problem = self.path("package")
        shutil.copytree(os.path.join(PROBLEMS, "primepair"), problem)
        submission = os.path.join(problem, "submissions", "accepted", "divides.py")
        status, said, _ = self.judge("--validate-input", problem, submission)
        self.assertEqual(status, 0, said)
        self.write("package/data/invalid_input/fine.in", "10\n")
        status, said, _ = self.judge("--validate-input", problem, submission)
        self.assertEqual(status, 2, said)
        self.assertIn("invalid_input/fine", said)

    def test_arguments_of_input_validators_are_those_of_the_group(self):
        problem = self.path("package")
        shutil.copytree(BAGS, problem)
        submission = os.path.join(problem, "submissions", "accepted", "table.py")
        many = "11 5\n" + "1 1\n" * 11
        self.write("package/data/secret/group2/03.in", many)
        self.write("package/data/secret/group2/03.ans", "5\n")
        status, said, _ = self.judge("--validate-input", problem, submission)
        self.assertEqual(status, 0, said)
        self.write("package/data/secret/group1/04.in", many)
        self.write("package/data/secret/group1/04.ans", "5\n")
        status, said, _ = self.judge("--validate-input", problem, submission)
        self.assertEqual(status, 2, said)
        self.assertIn("secret/group1/04", said)

    def test_a_broken_input_validator_is_told(self):
        problem = self.path("package")
        shutil.copytree(TWICE, problem)
        submission = os.path.join(problem, "submissions", "accepted", "twice.py")
        for name, text, word in (("broken.c", "no C\n", "broken.c"),
                                 ("crash.py", "raise ValueError('x')\n", "crash.py"),
                                 ("zero.py", "pass\n", "zero.py")):
            path = self.write(f"package/input_validators/{name}", text)
            with self.subTest(name):
                status, said, _ = self.judge("--validate-input", problem, submission)
                self.assertEqual(status, 2, said)
                self.assertIn(word, said)
            os.unlink(path)

    def test_a_package_as_a_zip_file(self):
        shutil.copytree(TWICE, self.path("twice"))
        archive = shutil.make_archive(self.path("twice"), "zip", self.directory, "twice")
        status, said, report = self.judge(
            archive, os.path.join(TWICE, "submissions", "accepted", "twice.py"))
        self.assertEqual(status, 0, said)
        self.assertEqual(report["problem"]["format"], "2025-09")

    def test_several_submissions_some_of_them_unknown(self):
        right = os.path.join(TWICE, "submissions", "accepted", "twice.py")
        status, said, report = self.judge(TWICE, right, self.path("none.py"))
        self.assertEqual(status, 2, said)
        self.assertEqual(report["submissions"][0]["verdict"], "accepted")


class Grade(Case):
    def students(self):
        for name, kind in (("ann", "accepted/table.py"), ("bob", "partial/best_of_ten.py"),
                           ("cid.c", "rejected/takes_none.c")):
            source = os.path.join(BAGS, "submissions", kind)
            target = self.path("students", name)
            if "." not in name:
                os.makedirs(target)
                target = os.path.join(target, os.path.basename(kind))
            shutil.copy(source, target)
        return self.path("students")

    def grade(self, *arguments):
        rows = self.path("marks.csv")
        page = self.path("marks.html")
        status, output, said = self.command("grade", "--csv", rows, "--html", page, *arguments)
        self.assertEqual(status, 0, output + said)
        with open(rows, encoding="utf-8", newline="") as file:
            return {row["student"]: row for row in csv.DictReader(file)}, output + said

    def test_one_row_for_each_student(self):
        rows, _ = self.grade(BAGS, self.students())
        self.assertEqual(sorted(rows), ["ann", "bob", "cid.c"])
        self.assertEqual((rows["ann"]["verdict"], rows["ann"]["score"]), ("accepted", "100"))
        self.assertTrue(40 < float(rows["bob"]["score"]) < 100)
        self.assertEqual((rows["cid.c"]["verdict"], rows["cid.c"]["score"]), ("wrong-answer", "0"))
        with open(self.path("marks.html"), encoding="utf-8") as file:
            self.assertIn("ann", file.read())

    def test_it_goes_on_where_it_was(self):
        students = self.students()
        state = self.path("state.jsonl")
        first, _ = self.grade("--resume", state, BAGS, students)
        with open(state, encoding="utf-8") as file:
            lines = file.read().splitlines()
        self.assertEqual(len(lines), 3)
        with open(state, "w", encoding="utf-8") as file:
            file.write("\n".join(lines[:2]) + "\n" + lines[2][:40])  # interrupted while writing
        second, _ = self.grade("--resume", state, BAGS, students)
        for name, row in first.items():
            self.assertEqual((row["verdict"], row["score"]),
                             (second[name]["verdict"], second[name]["score"]))
        os.makedirs(os.path.join(students, "dan"))
        shutil.copy(os.path.join(BAGS, "submissions", "accepted", "table.py"),
                    os.path.join(students, "dan"))
        third, _ = self.grade("--resume", state, BAGS, students)
        self.assertEqual(sorted(third), ["ann", "bob", "cid.c", "dan"])

    def test_directories_that_are_none(self):
        status, output, said = self.command("grade", BAGS, self.path("none"))
        self.assertEqual(status, 2, output + said)
        os.mkdir(self.path("empty"))
        status, output, said = self.command("grade", BAGS, self.path("empty"))
        self.assertEqual(status, 2, output + said)


class Interact(Case):
    def interact(self, first, second, *options):
        report = self.path("report.json")
        if os.path.exists(report):
            os.unlink(report)
        status, output, said = self.command(
            "interact", "-P", "shell", "--report", report, *options, "--", "/bin/sh", "-c", first,
            ":", "/bin/sh", "-c", second)
        with open(report, encoding="utf-8") as file:
            return status, output + said, json.load(file)

    def test_two_programs_talk(self):
        transcript = self.path("transcript")
        status, said, report = self.interact(
            "echo one; read answer; test \"$answer\" = two",
            "read word; test \"$word\" = one && echo two", "--transcript", transcript)
        self.assertEqual(status, 0, said)
        self.assertEqual((report["first"]["verdict"], report["second"]["verdict"]), ("ok", "ok"))
        with open(transcript, encoding="utf-8") as file:
            text = file.read()
        self.assertIn("one", text)
        self.assertIn("two", text)

    def test_the_exit_of_one_side_is_told(self):
        status, said, report = self.interact("exit 3", "cat >/dev/null")
        self.assertEqual(status, 1, said)
        self.assertEqual(report["first"]["exit_code"], 3)

    def test_a_silent_pair_is_ended(self):
        status, said, report = self.interact("read x", "read x", "--idle", "0.5")
        self.assertEqual(status, 1, said)
        self.assertTrue(report["idle"])

    def test_wrong_use_is_told(self):
        for arguments in ([], ["--", "/bin/true"], ["--", ":", "/bin/true"],
                          ["--", "/bin/true", ":"]):
            with self.subTest(arguments):
                status, _, said = self.command("interact", *arguments)
                self.assertEqual(status, 2, said)
                self.assertTrue(said)


def main():
    judge_command.set_up(sys.argv[1])
    return not unittest.main(argv=[sys.argv[0], *sys.argv[2:]], exit=False).result.wasSuccessful()


if __name__ == "__main__":
    sys.exit(main())
