#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""All our own problem packages, and what must become of their submissions.

judge_verify_test.py DUALPIPE SUITE[.TEST]...

Package has a test for each of tests/problems and examples/problems, Verdict
one for each problem with submissions in tests/submissions, and Disagreement
looks whether --verify finds what is wrong. Where a toolchain is missing, its
submissions must be "skipped"; the last line says how many were.
"""
import os
import shutil
import sys
import unittest

import judge_command
from judge_command import PROBLEMS, SOURCE, SUBMISSIONS, Case, has_toolchain, language_of

EXAMPLES = os.path.join(SOURCE, "examples", "problems")
# The one verdict that a directory of a package stands for.
EXACT = {"accepted": "accepted", "wrong_answer": "wrong-answer",
         "time_limit_exceeded": "time-limit", "run_time_error": "run-time-error"}
JUDGED = []
SKIPPED = []


def submissions_of(problem):
    """As reports name them: "accepted/x.py"."""
    root = os.path.join(problem, "submissions")
    return sorted(f"{kind}/{name}" for kind in os.listdir(root)
                  if os.path.isdir(os.path.join(root, kind))
                  for name in os.listdir(os.path.join(root, kind)))


class Package(Case):
    def verify(self, problem):
        status, said, report = self.judge("--verify", "-j", "2", problem)
        self.assertIsNotNone(report, said)
        by_name = {one["file"]: one for one in report["submissions"] if not one["is_data"]}
        for one in report["submissions"]:
            self.assertTrue(one["expected"]["agrees"], said)
        self.assertEqual(sorted(by_name), submissions_of(problem), said)
        wrong = [f"{name}: {one['verdict']}: {one['expected']}"
                 for name, one in by_name.items() if not one["expected"]["agrees"]]
        self.assertEqual(wrong, [], said)
        self.assertEqual(status, 0, said)
        for name, one in by_name.items():
            with self.subTest(name):
                self.check(problem, name, one)

    def check(self, problem, name, one):
        language = language_of(os.path.join(problem, "submissions", name))
        self.assertEqual(one["language"], language)
        if not has_toolchain(language):
            self.assertEqual(one["verdict"], "skipped")
            SKIPPED.append(name)
            return
        JUDGED.append(name)
        self.assertNotIn(one["verdict"], ("skipped", "judge-error", "compile-error"), one["reason"])
        directory = name.split("/")[0]
        scoring = os.path.basename(problem) in ("bags", "stairs")
        if directory in EXACT and not scoring:
            self.assertEqual(one["verdict"], EXACT[directory], one["reason"])
        self.assertTrue(one["cases"])
        for case in one["cases"]:
            if case["verdict"] != "skipped" and case["run"]:
                self.assertTrue(case["run"]["attested"])


def add_package_tests():
    for root in (PROBLEMS, EXAMPLES):
        for name in sorted(os.listdir(root)):
            problem = os.path.join(root, name)
            if not os.path.isdir(problem):
                continue

            def test(self, problem=problem):
                self.verify(problem)

            setattr(Package, f"test_{name}", test)


class Verdict(Case):
    """Verdicts that the package format has no directory for."""

    def judge_all(self, name):
        root = os.path.join(SUBMISSIONS, name)
        expected = {os.path.join(root, verdict, one): verdict for verdict in os.listdir(root)
                    for one in os.listdir(os.path.join(root, verdict))}
        status, said, report = self.judge("-j", "2", os.path.join(PROBLEMS, name), *expected)
        # Where one could not be judged, that is what the status says.
        has_all = all(has_toolchain(language_of(path)) for path in expected)
        self.assertEqual(status, 1 if has_all else 2, said)
        by_path = {one["file"]: one for one in report["submissions"]}
        self.assertEqual(len(by_path), len(expected))
        for path, verdict in expected.items():
            with self.subTest(path):
                one = by_path[path]
                if not has_toolchain(language_of(path)):
                    self.assertEqual(one["verdict"], "skipped")
                    SKIPPED.append(path)
                    continue
                JUDGED.append(path)
                self.assertEqual(one["verdict"], verdict, one["reason"])
                self.assertTrue(one["reason"])
                self.check_details(one)

    def check_details(self, one):
        if one["verdict"] == "compile-error":
            self.assertFalse(one["compile"]["ok"])
            self.assertTrue(one["compile"]["messages"])
            self.assertEqual([case for case in one["cases"] if case["verdict"] != "skipped"], [])
        elif one["verdict"] == "violation":
            failed = next(case for case in one["cases"] if case["verdict"] == "violation")
            self.assertIn(failed["run"]["refused"]["name"], ("ptrace", "mount"))
            self.assertIn(failed["run"]["refused"]["name"], failed["reason"])

    def test_bestrun(self):
        self.judge_all("bestrun")

    def test_guess(self):
        self.judge_all("guess")


class Disagreement(Case):
    """--verify of packages that are not what they say."""

    def package(self, name, keep):
        problem = self.path(name)
        shutil.copytree(os.path.join(EXAMPLES, name), problem)
        for one in submissions_of(problem):
            if one not in keep:
                os.unlink(os.path.join(problem, "submissions", one))
        return problem

    def move(self, problem, source, target):
        target = os.path.join(problem, "submissions", target)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.rename(os.path.join(problem, "submissions", source), target)

    def verify(self, problem):
        status, said, report = self.judge("--verify", problem)
        return status, said, {one["file"]: one for one in report["submissions"]}

    def test_a_wrong_answer_among_the_accepted_is_found(self):
        problem = self.package("twice", ["accepted/twice.py", "wrong_answer/twice_int.c"])
        self.move(problem, "wrong_answer/twice_int.c", "accepted/twice_int.c")
        status, said, ones = self.verify(problem)
        self.assertEqual(status, 1, said)
        self.assertTrue(ones["accepted/twice.py"]["expected"]["agrees"])
        self.assertFalse(ones["accepted/twice_int.c"]["expected"]["agrees"])
        self.assertIn("secret/03", ones["accepted/twice_int.c"]["expected"]["disagreement"])
        self.assertIn("NO: ", said)

    def test_a_right_one_among_the_wrong_is_found(self):
        problem = self.package("twice", ["accepted/twice.py", "accepted/twice_long.c"])
        self.move(problem, "accepted/twice_long.c", "wrong_answer/twice_long.c")
        status, said, ones = self.verify(problem)
        self.assertEqual(status, 1, said)
        self.assertEqual(ones["wrong_answer/twice_long.c"]["verdict"], "accepted")
        self.assertFalse(ones["wrong_answer/twice_long.c"]["expected"]["agrees"])

    def test_a_crash_among_the_wrong_answers_is_found(self):
        problem = self.package("twice", ["accepted/twice.py", "run_time_error/negative.pm"])
        self.move(problem, "run_time_error/negative.pm", "wrong_answer/negative.pm")
        status, said, ones = self.verify(problem)
        self.assertEqual(status, 1, said)
        self.assertFalse(ones["wrong_answer/negative.pm"]["expected"]["agrees"])

    def test_patterns_of_submissions_yaml_count(self):
        problem = self.package("twice", ["accepted/twice.py", "wrong_answer/twice_int.c"])
        yaml = os.path.join(problem, "submissions", "submissions.yaml")
        with open(yaml, "w", encoding="utf-8") as file:
            file.write("wrong_answer/*.c:\n  secret/0{1,2}:\n    permitted: [AC]\n"
                       "  secret/03:\n    required: [WA]\n")
        status, said, _ = self.verify(problem)
        self.assertEqual(status, 0, said)
        with open(yaml, "w", encoding="utf-8") as file:
            file.write("wrong_answer/*.c:\n  secret/03:\n    permitted: [AC]\n")
        status, said, ones = self.verify(problem)
        self.assertEqual(status, 1, said)
        self.assertFalse(ones["wrong_answer/twice_int.c"]["expected"]["agrees"])

    def test_a_package_without_submissions_is_an_error(self):
        problem = self.package("twice", [])
        shutil.rmtree(os.path.join(problem, "submissions"))
        status, said, _ = self.judge("--verify", problem)
        self.assertEqual(status, 2, said)
        self.assertIn("submissions", said)


class Transcript(Case):
    """What is recorded changes no verdict."""

    def test_an_interactor_that_rejects_first_stays_first(self):
        problem = os.path.join(PROBLEMS, "guess")
        wrong = os.path.join(problem, "submissions", "wrong_answer", "one_by_one.py")
        for _ in range(6):
            status, said, report = self.judge("--all", "--time", "1", "--transcript",
                                              self.path("transcript"), problem, wrong)
            self.assertEqual(status, 1, said)
            verdicts = [case["verdict"] for case in report["submissions"][0]["cases"]]
            self.assertEqual(verdicts, ["wrong-answer", "accepted"] + ["wrong-answer"] * 4, said)
        case = report["submissions"][0]["cases"][0]
        talk = [(piece["to"], piece["text"]) for piece in case["transcript"]]
        self.assertEqual(talk[:3], [("interactor", "1\n"), ("submission", "higher\n"),
                                    ("interactor", "2\n")])
        times = [piece["at_us"] for piece in case["transcript"]]
        self.assertEqual(times, sorted(times))
        with open(self.path("transcript"), encoding="utf-8") as file:
            self.assertIn("> 1\n", file.read())

    def test_accepted_ones_stay_accepted(self):
        for name, language in (("guess", "c"), ("guess", "py"), ("guess", "js")):
            problem = os.path.join(PROBLEMS, name)
            right = os.path.join(problem, "submissions", "accepted", "bisect." + language)
            if not has_toolchain(language_of(right)):
                continue
            status, said, _ = self.judge("--time", "1", "--transcript", self.path("transcript"),
                                         problem, right)
            self.assertEqual(status, 0, said)


def main():
    judge_command.set_up(sys.argv[1])
    add_package_tests()
    done = unittest.main(argv=[sys.argv[0], *sys.argv[2:]], exit=False, verbosity=1)
    print(f"{len(JUDGED)} submissions judged, {len(SKIPPED)} skipped "
          f"for want of a toolchain {sorted(SKIPPED) if SKIPPED else ''}")
    return not done.result.wasSuccessful()


if __name__ == "__main__":
    sys.exit(main())
