#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the package formats ask for beyond our own packages.

judge_package_test.py DUALPIPE SUITE[.TEST]...

Suites: Legacy (graders, several output validators), Static (static validators of
2025-09, and where validators start), Answers (submissions that are no programs),
Data (what the package's validators must accept or reject).
"""
import os
import shutil
import sys
import textwrap
import unittest

import judge_command
from judge_command import Package

# Half of the results must be accepted; the score is their sum, doubled where told.
GRADER = """
    import sys
    rows = [line.split() for line in sys.stdin]
    good = [float(score) for verdict, score in rows if verdict == "AC"]
    factor = 2 if "double" in sys.argv[1:] else 1
    worst = next((verdict for verdict, _ in rows if verdict != "AC"), "AC")
    print("AC" if 2 * len(good) >= len(rows) else worst, factor * sum(good))
"""
ANSWERS = "n = int(input())\nprint(2 * n if n in {right} else 0)\n"


class Format(Package):
    def program(self, name, text):
        return self.write(f"twice/{name}", textwrap.dedent(text))

    def group(self, name, text):
        file = "testdata.yaml" if self.version == "legacy" else "test_group.yaml"
        self.write(f"twice/data/{name}/{file}".replace("//", "/"), text)

    def yaml(self, more, version=None):
        super().yaml(more, version or self.version)

    def judged(self, expected, *options, problem=None, program=None):
        """Judges one submission; returns its report."""
        if program is not None:
            self.solution = self.write("solution.py", program)
        status, said, report = self.judge("--all", *options, problem or self.problem,
                                          self.solution)
        self.assertIsNotNone(report, said)
        self.assertEqual(len(report["submissions"]), 1, said)
        one = report["submissions"][0]
        self.assertEqual(one["verdict"], expected, said)
        self.assertEqual(status, {"accepted": 0, "judge-error": 2}.get(expected, 1), said)
        return one

    def case_of(self, report, name):
        return next(case for case in report["cases"] if case["name"] == name)


class Legacy(Format):
    version = "legacy"

    def setUp(self):
        super().setUp()
        self.yaml("type: scoring\nlimits:\n  memory: 256\n")
        self.write("twice/.timelimit", "2\n")
        for number in range(1, 5):
            self.case(f"secret/0{number}", f"{number}\n", f"{2 * number}\n")

    def answers(self, *right):
        return ANSWERS.format(right=(21, *right))

    def test_modes_of_the_default_grader(self):
        for flags, more, verdict, score in (
                ("", "", "wrong-answer", None),
                ("always_accept", "", "accepted", 3),
                ("accept_if_any_accepted avg", "", "accepted", 0.75),
                ("always_accept min", "", "accepted", 0),
                ("always_accept max", "accept_score: 5\n", "accepted", 5),
                ("first_error always_accept", "accept_score: 5\nreject_score: -1\n", "accepted", 14),
                ("min max sum always_accept", "", "accepted", 3),
                ("always_accept", "range: 0 2\n", "judge-error", None)):
            with self.subTest(flags, more=more):
                self.group("secret", f"on_reject: continue\ngrader_flags: {flags}\n{more}")
                self.group("", "grader_flags: ignore_sample\n")
                report = self.judged(verdict, program=self.answers(1, 2, 4))
                if score is not None:
                    self.assertAlmostEqual(report["score"], score)

    def test_a_break_ends_the_group_at_its_first_failure(self):
        self.group("", "grader_flags: ignore_sample\n")
        self.group("secret", "on_reject: break\ngrader_flags: always_accept\n")
        self.assertEqual(self.judged("accepted", program=self.answers(1, 3, 4))["score"], 1)

    def test_words_that_are_none(self):
        for text, word in (("grader_flags: most\n", "most"), ("grading: mine\n", "grading"),
                           ("on_reject: stop\n", "on_reject"), ("range: 3 1\n", "range"),
                           ("accept_score: many\n", "accept_score")):
            with self.subTest(text):
                self.group("secret", text)
                self.refused("testdata.yaml", word)

    def test_a_custom_grader_has_the_last_word(self):
        self.program("graders/half.py", GRADER)
        self.group("", "grader_flags: ignore_sample\n")
        self.group("secret", "on_reject: continue\ngrading: custom\ngrader_flags: double\n")
        self.assertEqual(self.judged("accepted", program=self.answers(1, 2))["score"], 4)
        report = self.judged("wrong-answer", program=self.answers(1))
        self.assertIn("secret/02", report["reason"])

    def test_a_custom_grader_at_the_root_reads_groups(self):
        self.program("graders/half.py", GRADER)
        self.yaml("limits:\n  memory: 256\n")  # pass-fail
        self.group("", "on_reject: continue\ngrading: custom\n")
        self.group("secret", "grading: default\ngrader_flags: ''\n")
        self.judged("accepted", program="print(42)\n")  # the sample alone
        self.judged("wrong-answer", program="print(41)\n")

    def test_crashes_and_slow_programs_have_codes(self):
        self.program("graders/tell.py", """
            import sys
            print([line.split()[0] for line in sys.stdin], file=sys.stderr)
            sys.exit(1)
        """)
        self.group("secret", "on_reject: continue\ngrading: custom\n")
        report = self.judged("judge-error", "--time", "0.5", program="""
n = int(input())
if n == 2: raise ValueError
if n == 3: bytearray(1 << 30)
while n == 4: pass
print(2 * n)
""")
        self.assertIn("['AC', 'RTE', 'RTE', 'TLE']", report["reason"])

    def test_graders_that_misbehave_are_at_fault(self):
        self.group("secret", "grading: custom\n")
        for text, word in (("", "printed"), ("print('AC 1\\nAC 1')", "printed"),
                           ("print('OK 1')", "printed"), ("print('AC')", "printed"),
                           ("print('AC many')", "printed"), ("print('AC inf')", "printed"),
                           ("print('AC 1'); raise SystemExit(3)", "3"),
                           ("while True: print('AC 1')", "grader"),
                           ("import os; print('AC', 1); os.kill(os.getpid(), 9)", "grader")):
            with self.subTest(text):
                self.program("graders/bad.py", text + "\n")
                report = self.judged("judge-error")
                self.assertIn(word, report["reason"])
                self.assertEqual(report["cases"][-1]["verdict"], "accepted")

    def test_custom_grading_without_one_grader(self):
        self.group("secret", "grading: custom\n")
        self.refused("grading: custom", "graders/")
        self.program("graders/one.py", GRADER)
        self.program("graders/two.py", GRADER)
        self.refused("grading: custom", "graders/")

    def validators(self, **programs):
        """Each of them rejects an output that has its name in it, and tells its flags."""
        self.yaml("validation: custom\nvalidator_flags: all\nlimits:\n  memory: 256\n")
        for name, body in programs.items():
            self.program(f"output_validators/{name}.py", f"""
                import os, sys
                left = os.listdir(sys.argv[3])
                open(sys.argv[3] + "judgemessage.txt", "w").write(
                    " ".join(["{name}", *left, *sys.argv[4:]]))
                sys.exit({body or f"43 if '{name}' in sys.stdin.read() else 42"})
            """)

    def test_every_output_validator_must_accept(self):
        self.validators(one="", two="")
        report = self.judged("accepted", program="print('three')\n")
        self.assertEqual({case["message"] for case in report["cases"]}, {"two all"})
        for word, said in (("one", "one all"), ("two", "two all")):
            report = self.judged("wrong-answer", program=f"print('{word}')\n")
            self.assertEqual(report["cases"][0]["message"], said)
        self.validators(one="", two="1")
        self.judged("judge-error", program="print('three')\n")
        self.judged("wrong-answer", program="print('one')\n")

    def test_a_group_may_name_its_output_validator(self):
        self.validators(one="", two="")
        self.group("secret", "output_validator_flags:\n  name: two\n  flags: more 'and more'\n")
        report = self.judged("accepted", "--all", program="n = int(input())\n"
                             "print('three' if n == 21 else 'one')\n")
        self.assertEqual(self.case_of(report, "secret/01")["message"], "two all more and more")
        self.assertEqual(self.case_of(report, "sample/1")["message"], "two all")
        self.group("secret", "output_validator_flags:\n  name: three\n")
        self.refused("output_validator_flags", "three")

    def test_output_validators_that_do_not_fit(self):
        self.validators(one="", two="")
        self.yaml("validation: custom interactive\n")
        self.refused("output_validators/", "one")
        self.yaml("validation: default\n")
        report = self.judged("accepted")
        self.assertIsNone(report["cases"][0]["message"])
        self.yaml("validation: mine\n")
        self.refused("validation")

    def test_a_header_beside_a_validator_belongs_to_it(self):
        self.validators()
        self.program("output_validators/same.h", "#define VERDICT 42\n")
        self.program("output_validators/check.c",
                     '#include "same.h"\nint main(void) { return VERDICT; }\n')
        self.judged("accepted", program="print(0)\n")

    def test_a_grader_that_cannot_be_built(self):
        self.group("secret", "grading: custom\n")
        self.program("graders/bad.c", "int main(void) { return }\n")
        self.refused("graders/bad.c", "error")


SIZE = """
    import os, sys
    language, entry, feedback, *words = sys.argv[1:]
    size = os.path.getsize(entry)
    open(feedback + "judgemessage.txt", "w").write(" ".join([language, entry, *words]))
    limit = int(words[0])
    if size <= limit and "score" in words:
        open(feedback + "score.txt", "w").write("7")
    sys.exit(42 if size <= limit else 43)
"""
SHORT = "print(2*int(input()))\n"
LONG = SHORT + "#" * 100 + "\n"


class Static(Format):
    version = "2025-09"

    def setUp(self):
        super().setUp()
        self.yaml("limits:\n  time_limit: 5\n  memory: 256\n")
        self.program("static_validator/size.py", SIZE)

    def scoring(self, score, more=""):
        self.yaml("type: scoring\nlimits:\n  time_limit: 5\n  memory: 256\n")
        self.group("secret", f"static_validation_score: {score}\nstatic_validator_args: ['60']\n"
                   + more)

    def test_it_judges_the_sources(self):
        self.group("secret", "static_validation_score: pass-fail\n"
                   "static_validator_args: ['60', more]\n")
        report = self.judged("accepted", program=SHORT)
        self.assertEqual([case["name"] for case in report["cases"]],
                         ["sample/1", "secret/(static)", "secret/01", "secret/02"])
        self.assertEqual(report["cases"][1]["message"], "python3 solution.py 60 more")
        report = self.judged("wrong-answer", program=LONG)
        self.assertEqual([case["verdict"] for case in report["cases"]],
                         ["accepted", "wrong-answer", "accepted", "accepted"])

    def test_samples_may_have_it_too(self):
        self.group("sample", "static_validation_score: pass-fail\nstatic_validator_args: ['60']\n")
        report = self.judged("wrong-answer", program=LONG)
        self.assertEqual(report["cases"][0]["name"], "sample/(static)")

    def test_its_score_is_not_shared_by_the_cases(self):
        self.scoring(40)
        report = self.judged("accepted", program=SHORT)
        self.assertEqual([case["score"] for case in report["cases"]], [None, 40, 30, 30])
        self.assertEqual(report["score"], 100)
        report = self.judged("wrong-answer", program=LONG)
        self.assertEqual(report["score"], 60)
        self.scoring(40, "score_aggregation: min\n")
        self.assertEqual(self.judged("accepted", program=SHORT)["score"], 40)

    def test_it_may_leave_a_score(self):
        self.scoring(40)
        self.group("secret", "static_validation_score: 40\nstatic_validator_args: ['60', score]\n")
        self.assertEqual(self.judged("accepted", program=SHORT)["score"], 67)
        self.group("secret", "static_validation_score: 6\nstatic_validator_args: ['60', score]\n")
        self.judged("judge-error", program=SHORT)

    def test_groups_of_secret_have_cases_of_their_own(self):
        for name in ("01", "02"):
            for ending in ("in", "ans"):
                os.makedirs(self.data("secret/one"), exist_ok=True)
                os.rename(self.data(f"secret/{name}.{ending}"),
                          self.data(f"secret/one/{name}.{ending}"))
        self.yaml("type: scoring\nlimits:\n  time_limit: 5\n  memory: 256\n")
        self.group("secret/one", "max_score: 30\nscore_aggregation: sum\n")
        os.mkdir(self.data("secret/two"))
        self.group("secret/two", "max_score: 70\nstatic_validation_score: pass-fail\n"
                   "static_validator_args: ['60']\n")
        self.assertEqual(self.judged("accepted", program=SHORT)["score"], 100)
        self.assertEqual(self.judged("wrong-answer", program=LONG)["score"], 30)
        self.group("secret/one", "score_aggregation: sum\n")
        self.refused("secret/one", "max_score")

    def test_wrong_uses_are_refused(self):
        for kind, text, word in (
                ("pass-fail", "static_validation_score: 5\n", "pass-fail"),
                ("pass-fail", "static_validator_args: ['1']\n", "static_validator_args"),
                ("pass-fail", "static_validation_score: some\n", "static_validation_score"),
                ("scoring", "static_validation_score: pass-fail\n", "static_validation_score"),
                ("scoring", "static_validation_score: -1\n", "static_validation_score"),
                ("scoring", "static_validation_score: 101\n", "max_score"),
                ("scoring", "score_aggregation: pass-fail\nstatic_validation_score: 5\n",
                 "pass-fail")):
            with self.subTest(text, kind=kind):
                self.yaml(f"type: {kind}\nlimits:\n  time_limit: 5\n")
                self.group("secret", text)
                self.refused("test_group.yaml", word)
        self.yaml("limits:\n  time_limit: 5\n")
        self.group("secret", "static_validation_score: pass-fail\n")
        shutil.rmtree(self.path("twice", "static_validator"))
        self.refused("static_validator/")

    def test_an_output_validator_starts_among_the_submission_s_files(self):
        self.program("output_validator/check.py", """
            import os, sys
            names = os.listdir()
            open(sys.argv[3] + "judgemessage.txt", "w").write(" ".join(sorted(names)))
            try:
                open("left", "w")
            except OSError:
                sys.exit(42 if open("solution.py").read().startswith("print") else 43)
        """)
        report = self.judged("accepted", program=SHORT)
        self.assertIn("solution.py", report["cases"][0]["message"])


class Answers(Format):
    version = "2025-09"

    def setUp(self):
        super().setUp()
        self.yaml("type: submit-answer\nlimits:\n  output: 1\n")

    def hand_in(self, **answers):
        self.solution = self.path("answers")
        shutil.rmtree(self.solution, ignore_errors=True)
        os.mkdir(self.solution)
        for name, text in answers.items():
            self.write(f"answers/{name.replace('__', '/')}", text)

    def test_each_case_has_a_file(self):
        for names in (("sample__1.out", "secret__01.out", "secret__02.ans"),
                      ("sample__1.ans", "01.out", "02.ans")):
            self.hand_in(**dict(zip(names, ("42\n", "8\n", "-6\n"))))
            report = self.judged("accepted")
            self.assertEqual([case["run"] for case in report["cases"]], [None] * 3)
            self.hand_in(**dict(zip(names, ("42\n", "8\n", "6\n"))))
            report = self.judged("wrong-answer")
            self.assertEqual(report["cases"][2]["difference"]["found"], "6")

    def test_what_is_missing_is_wrong(self):
        self.hand_in(**{"sample__1.out": "42\n", "02.out": "-6\n"})
        report = self.judged("wrong-answer")
        self.assertEqual([case["verdict"] for case in report["cases"]],
                         ["accepted", "wrong-answer", "accepted"])
        self.assertIn("secret/01.out", report["reason"])

    def test_scores_and_validators(self):
        self.yaml("type: [submit-answer, scoring]\n")
        self.program("output_validator/check.py", """
            import sys
            value = float(sys.stdin.read())
            open(sys.argv[3] + "score_multiplier.txt", "w").write(str(value))
            sys.exit(42)
        """)
        self.hand_in(**{"sample__1.out": "1", "01.out": "1", "02.out": "0.5"})
        self.assertEqual(self.judged("accepted")["score"], 75)

    def test_the_package_s_own_are_verified(self):
        for name, value in (("accepted", 42), ("wrong_answer", 43)):
            self.write(f"twice/submissions/{name}/x/sample/1.out", f"{value}\n")
            self.write(f"twice/submissions/{name}/x/secret/01.out", "8\n")
            self.write(f"twice/submissions/{name}/x/secret/02.out", "-6\n")
        status, said, report = self.judge("--verify", self.problem)
        self.assertEqual(status, 0, said)
        self.assertEqual([one["verdict"] for one in report["submissions"] if not one["is_data"]],
                         ["accepted", "wrong-answer"])

    def test_one_file_answers_one_case(self):
        self.solution = self.write("answer.out", "8\n")
        report = self.judged("wrong-answer")
        self.assertIn("folder", report["reason"])
        shutil.rmtree(self.data("sample"))
        for ending in ("in", "ans"):
            os.unlink(self.data(f"secret/02.{ending}"))
        self.judged("accepted")

    def test_odd_files_are_not_followed(self):
        self.hand_in(**{"sample__1.out": "42\n", "01.out": "8\n"})
        secret = self.write("elsewhere", "-6\n")
        os.symlink(secret, self.path("answers", "02.out"))
        self.judged("wrong-answer")
        os.unlink(self.path("answers", "02.out"))
        os.mkfifo(self.path("answers", "02.out"))
        self.assertIn("regular", self.judged("wrong-answer")["reason"])
        os.unlink(self.path("answers", "02.out"))
        self.write("answers/02.out", "-6" + " " * (1 << 20))
        report = self.judged("output-limit")
        self.assertEqual(report["cases"][2]["verdict"], "output-limit")

    def test_types_that_exclude_each_other(self):
        for types in ("submit-answer, interactive", "submit-answer, multi-pass",
                      "submit-answer, submit-answer", "pass-fail, scoring"):
            with self.subTest(types):
                self.yaml(f"type: [{types}]\n")
                self.refused("problem.yaml")
        self.yaml("type: submit-answer\n")
        self.program("static_validator/check.py", "")
        self.refused("static_validator/")


class Data(Format):
    version = "2025-09"

    def setUp(self):
        super().setUp()
        self.write("twice/submissions/accepted/one.py", judge_command.ACCEPTED)
        self.program("input_validators/number.py", r"""
            import re, sys
            limit = int(sys.argv[1]) if sys.argv[1:] else 100
            text = sys.stdin.read()
            sys.exit(42 if re.fullmatch(r"-?\d+\n", text) and int(text) <= limit else 1)
        """)

    def triple(self, name, input_text, output, answer):
        self.case(name, input_text, answer)
        self.write(f"twice/data/{name}.out", output)

    def verified(self, expected_status):
        """Returns the rows of data by their names."""
        status, said, report = self.judge("--verify", self.problem)
        self.assertIsNotNone(report, said)
        self.assertEqual(status, expected_status, said)
        rows = {one["file"]: one for one in report["submissions"]}
        self.assertEqual(rows.pop("accepted/one.py")["verdict"], "accepted")
        return rows

    def agreement(self, rows):
        return {name: row["expected"]["agrees"] for name, row in rows.items()}

    def test_validators_that_do_as_they_should(self):
        self.write("twice/data/invalid_input/letters.in", "a\n")
        self.write("twice/data/invalid_input/large/ten.in", "10\n")
        self.write("twice/data/invalid_input/large/test_group.yaml", "input_validator_args: ['9']\n")
        self.triple("invalid_output/more", "1\n", "3\n", "2\n")
        self.triple("valid_output/case", "1\n", "Two\n", "two\n")
        rows = self.verified(0)
        self.assertEqual(self.agreement(rows), dict.fromkeys(
            ("data/invalid_input", "data/invalid_output", "data/valid_output", "data/sample"), True))
        self.assertEqual([case["name"] for case in rows["data/invalid_input"]["cases"]],
                         ["invalid_input/large/ten", "invalid_input/letters"])

    def test_each_that_does_not_is_told(self):
        self.write("twice/data/invalid_input/fine.in", "7\n")
        self.triple("invalid_output/right", "1\n", "2\n", "2\n")
        self.triple("valid_output/case", "1\n", "Two\n", "two\n")
        self.write("twice/data/valid_output/case.yaml", "output_validator_args: [case_sensitive]\n")
        self.write("twice/data/sample/1.out", "41\n")
        rows = self.verified(1)
        self.assertEqual(set(self.agreement(rows).values()), {False})
        self.assertIn("invalid_input/fine", rows["data/invalid_input"]["expected"]["disagreement"])
        self.assertEqual(rows["data/sample"]["verdict"], "wrong-answer")

    def test_the_input_of_an_output_must_be_valid(self):
        self.triple("valid_output/odd", "odd\n", "2\n", "2\n")
        row = self.verified(1)["data/valid_output"]
        self.assertEqual(row["verdict"], "judge-error")
        self.assertIn("not valid", row["reason"])

    def test_what_is_missing_or_broken_is_told(self):
        self.write("twice/data/valid_output/alone.in", "1\n")
        row = self.verified(1)["data/valid_output"]
        self.assertIn("valid_output/alone.out", row["reason"])
        self.program("input_validators/broken.c", "int main(void) { return }\n")
        self.assertIn("broken.c", self.verified(1)["data/valid_output"]["reason"])

    def test_output_validators_of_the_package_are_asked(self):
        self.program("output_validator/check.py", r"""
            import sys
            sys.exit(42 if sys.stdin.read() in ("42\n", "8\n", "-6\n", "fine\n") else 43)
        """)
        self.triple("valid_output/fine", "1\n", "fine\n", "")
        self.triple("invalid_output/coarse", "1\n", "coarse\n", "")
        rows = self.verified(0)
        self.assertEqual(len(rows), 3)

    def test_legacy_packages_may_have_them_too(self):
        self.version = "legacy"
        self.yaml("limits:\n  memory: 256\n")
        self.write("twice/.timelimit", "2\n")
        self.triple("invalid_output/right", "1\n", "2\n", "2\n")
        self.assertEqual(self.agreement(self.verified(1)), {"data/invalid_output": False})


def main():
    judge_command.set_up(sys.argv[1])
    return not unittest.main(argv=[sys.argv[0], *sys.argv[2:]], exit=False).result.wasSuccessful()


if __name__ == "__main__":
    sys.exit(main())
