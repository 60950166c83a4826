#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Packages and submissions as other authors and other judges' users make them.

judge_foreign_test.py DUALPIPE SUITE[.TEST]...

Suites: Program (validators with scripts, interactors), Language (Java's classes,
languages that are only known), Expected (what submissions must get).
"""
import sys
import textwrap
import unittest
import zipfile

import judge_command
from judge_command import ACCEPTED, Package, has_toolchain

BUILD = "#!/bin/sh\ngcc -O1 jury.c -o jury\n"
RUN = "#!/usr/bin/env sh\n./jury \"$1\" \"$3/note\"\n"
JURY = """
    #include <stdio.h>
    int main(int count, char **words)
    {
        FILE *input = fopen(words[1], "r");
        FILE *note = fopen(words[2], "w");
        int number, answer;

        if (!input || !note || fscanf(input, "%d", &number) != 1)
            return 1;
        return scanf("%d", &answer) == 1 && answer == 2 * number ? 42 : 43;
    }
"""
# Still has much to say when its submission is gone.
SLOW_INTERACTOR = """
    import sys, time
    print(open(sys.argv[1]).read(), flush=True)
    if not sys.stdin.readline():
        time.sleep(1000)
    sys.exit(42)
"""
JAVA = "import java.util.*;\nclass {name} {{\n" \
       "  interface Odd {{ long BIG = 1L << 40; double HALF = 0.5; }}\n" \
       "  public static void main(String[] words) {{\n" \
       "    Scanner in = new Scanner(System.in);\n" \
       "    Runnable run = () -> System.out.println(2 * in.nextInt());\n" \
       "    run.run();\n  }}\n}}\n"


def program(text):
    return textwrap.dedent(text)


class Foreign(Package):
    def legacy(self, more=""):
        self.yaml("validation: default\n" + more, "legacy")
        self.write("twice/.timelimit", "1\n")

    def verified(self, expected, *options):
        """Verifies the package; expected has path: (verdict, agrees)."""
        status, said, report = self.judge("--verify", *options, self.problem)
        self.assertIsNotNone(report, said)
        found = {one["file"]: (one["verdict"], one["expected"]["agrees"])
                 for one in report["submissions"] if not one["file"].startswith("data/")}
        self.assertEqual(found, expected, said)
        self.assertEqual(status, 0 if all(agrees for _, agrees in expected.values()) else 1, said)
        return said


class Program(Foreign):
    def test_a_script_starts_where_it_lies(self):
        self.yaml("validation: custom\n", "legacy")
        self.write("twice/.timelimit", "1\n")
        self.write("twice/output_validators/jury/build", BUILD, 0o755)
        self.write("twice/output_validators/jury/run", RUN, 0o755)
        self.write("twice/output_validators/jury/jury.c", program(JURY))
        self.accepted()
        self.write("solution.py", "print(1)\n")
        status, said, one = self.one(self.solution)
        self.assertEqual((status, one["verdict"]), (1, "wrong-answer"), said)

    def test_what_a_compiler_says_of_a_validator_is_told_in_lines(self):
        self.yaml("validation: custom\n", "legacy")
        self.write("twice/.timelimit", "1\n")
        self.write("twice/output_validators/jury/build", "#!/bin/sh\necho ah; echo oh; exit 1\n")
        said = self.refused("output_validators/jury", "could not be built")
        self.assertIn("dualpipe: ah\ndualpipe: oh\n", said)

    def test_drafts_had_other_names(self):
        self.yaml("source_url: https://example.com\nlimits:\n  time_limit: 1\n", "2023-07-draft")
        self.write("twice/output_validators/v.py", "import sys\nsys.exit(43)\n")
        self.write("twice/data/secret/testdata.yaml", "output_validator_flags: float_tolerance 1\n")
        status, said, one = self.one(self.solution)
        self.assertEqual((status, one["verdict"]), (1, "wrong-answer"), said)
        for word in ("2023-07-draft", "source_url", "data/secret/testdata.yaml is not heeded"):
            self.assertIn(word, said)

    def test_a_validator_in_the_place_of_another_version_is_not_passed_over_in_silence(self):
        self.write("twice/output_validators/v.py", "import sys\nsys.exit(43)\n")
        self.assertIn("output_validators/ is not used", self.accepted())

    def test_an_interactor_does_not_outlive_a_failure_for_long(self):
        self.yaml("type: interactive\nlimits:\n  time_limit: 1\n")
        self.write("twice/output_validator/interactor.py", program(SLOW_INTERACTOR))
        self.write("solution.py", "raise SystemExit(3)\n")
        status, said, one = self.one(self.solution)
        self.assertEqual((status, one["verdict"]), (1, "run-time-error"), said)

    def test_an_archive_made_on_a_mac(self):
        path = self.path("twice.zip")
        with zipfile.ZipFile(path, "w") as archive:
            for name in ("problem.yaml", "data/secret/01.in", "data/secret/01.ans"):
                archive.write(self.path("twice", name), f"twice/{name}")
                archive.writestr(f"__MACOSX/twice/._{name.replace('/', '_')}", "resources")
        status, said, report = self.judge(path, self.solution)
        self.assertEqual(status, 0, said)
        self.assertEqual(report["submissions"][0]["verdict"], "accepted", said)


class Language(Foreign):
    def of(self, name, text, *more):
        path = self.write(name, text)
        _, said, report = self.judge(*more, self.problem, path)
        self.assertIsNotNone(report, said)
        return report["submissions"][0]

    @unittest.skipUnless(has_toolchain("java"), "no javac on this machine")
    def test_the_class_that_starts_is_found(self):
        for name in ("test-hello.java", "other.java"):
            one = self.of(name, JAVA.format(name="Main"))
            self.assertEqual(one["verdict"], "accepted", one)
        one = self.of("packed.java", "package a.b;\n" + JAVA.format(name="Odd1"))
        self.assertEqual(one["verdict"], "accepted", one)

    @unittest.skipUnless(has_toolchain("java"), "no javac on this machine")
    def test_main_comes_before_other_classes_that_start(self):
        self.write("two/Aaa.java", "package a;\npublic class Aaa {\n"
                   "  public static void main(String[] words) { System.out.println(0); }\n}\n")
        self.write("two/start.java", JAVA.format(name="Main"))
        _, said, report = self.judge(self.problem, self.path("two"))
        self.assertEqual(report["submissions"][0]["verdict"], "accepted", said)

    @unittest.skipUnless(has_toolchain("java"), "no javac on this machine")
    def test_without_a_class_that_starts(self):
        one = self.of("none.java", "class None { int main() { return 0; } }\n")
        self.assertEqual(one["verdict"], "run-time-error", one)

    def test_languages_that_are_only_known_are_skipped(self):
        for name, text, language in (("a.kt", "fun main() {}\n", "kotlin"),
                                     ("b.py", "#!/usr/bin/env python2\nprint 1\n", "python2"),
                                     ("c.py2", "print 1\n", "python2"),
                                     ("d.pl", "main :-\n  read(X).\n", "prolog")):
            one = self.of(name, text)
            self.assertEqual((one["verdict"], one["language"]), ("skipped", language), one)
            self.assertIn("--languages", one["reason"])

    def test_a_mark_is_no_mark_elsewhere(self):
        one = self.of("a.py", "#!/usr/bin/env python3\n# not #!python2\n" + ACCEPTED)
        self.assertEqual((one["verdict"], one["language"]), ("accepted", "python3"), one)

    def test_a_table_gives_commands_to_a_known_language(self):
        table = self.write("table", "language kotlin\n  extensions .kt\n"
                           "  run script bash {main}\n")
        one = self.of("a.kt", "read n; echo $((2 * n))\n", "--languages", table)
        self.assertEqual(one["verdict"], "accepted", one)

    def test_a_compiler_that_works_in_no_box_is_not_held_against_a_submission(self):
        stamp = self.write("stamp", "1.0\n")  # that no box shows
        for version, verdict in ((f"cat {stamp}", "skipped"), ("true --version", "compile-error"),
                                 ("false --version", "compile-error")):
            table = self.write("table", "language odd\n  extensions .odd\n"
                               "  compile shell false {sources}\n  run shell cat {main}\n"
                               f"  version {version}\n")
            one = self.of("a.odd", "text\n", "--languages", table)
            self.assertEqual(one["verdict"], verdict, one)
            self.assertEqual("does not work in a box" in one["reason"], verdict == "skipped", one)


class Expected(Foreign):
    def test_tags_of_a_directory(self):
        self.legacy()
        self.write("twice/submissions/mixed/two/main.py", "print(1)\n")
        self.write("twice/submissions/mixed/two/expected.txt",
                   "@EXPECTED_RESULTS@: WRONG-ANSWER, TIMELIMIT\n")
        self.write("twice/submissions/mixed/one.py", "# @EXPECTED_SCORE@: CORRECT\nprint(1)\n")
        self.verified({"mixed/two": ("wrong-answer", True), "mixed/one.py": ("wrong-answer", False)})

    def test_legacy_judges_up_to_the_first_failure(self):
        # Right, then wrong, then a crash; a judge sees the wrong answer.
        text = "n = int(input())\nassert n >= 0\nprint(2 * n if n == 21 else 0)\n"

        self.write("twice/submissions/wrong_answer/a.py", text)
        self.yaml("limits:\n  time_limit: 1\n")
        self.verified({"wrong_answer/a.py": ("wrong-answer", False)})
        self.legacy()
        self.verified({"wrong_answer/a.py": ("wrong-answer", True)})

    def test_legacy_looks_further_where_the_first_failure_does_not_agree(self):
        # Legacy lets what is too slow be wrong as well.
        text = "n = int(input())\nwhile n < 0: pass\nprint(2 * n if n == 21 else 0)\n"

        self.write("twice/submissions/time_limit_exceeded/a.py", text)
        self.legacy()
        self.verified({"time_limit_exceeded/a.py": ("wrong-answer", True)})

    def test_legacy_finds_its_time_limit_by_accepted_submissions(self):
        self.yaml("limits:\n  time_multiplier: 3\n", "legacy")
        self.write("twice/submissions/accepted/a.py", ACCEPTED)
        self.write("twice/submissions/wrong_answer/b.py", "while input() == '-3': pass\nprint(1)\n")
        said = self.verified({"accepted/a.py": ("accepted", True),
                              "wrong_answer/b.py": ("wrong-answer", True)})
        self.assertIn("from 1 submission ", said)


if __name__ == "__main__":
    judge_command.set_up(sys.argv.pop(1))
    unittest.main(verbosity=2)
