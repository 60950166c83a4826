#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Does the benchmark measure, and say what it measured? Its figures are not judged.

bench_test.py --bench DUALPIPE_BENCH
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

BENCH = None
OUTCOMES = {"reached", "not reached", "too noisy to tell", "not measured"}


def bench(*options):
    return subprocess.run([BENCH, *options], timeout=120, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False)


class Bench(unittest.TestCase):
    def test_lists_its_parts(self):
        run = bench("--list")
        self.assertEqual(run.returncode, 0, run.stderr)
        names = [line.split()[0] for line in run.stdout.splitlines()]
        self.assertEqual(len(names), len(set(names)))
        self.assertLessEqual({"start", "paced", "one-core", "hosts", "soak"}, set(names))

    def test_refuses_what_it_cannot_understand(self):
        for options in (["--nonsense"], ["--effort", "0"], ["--effort", "some"], ["extra"]):
            run = bench(*options)
            self.assertEqual(run.returncode, 2, options)
            self.assertIn("usage:", run.stderr, options)

    def test_cannot_write_where_there_is_no_directory(self):
        run = bench("--only", "none", "--json", "/nowhere/bench.json")
        self.assertEqual(run.returncode, 2)
        self.assertIn("/nowhere/bench.json", run.stderr)

    def test_writes_the_same_as_text_as_json_and_as_a_plot(self):
        with tempfile.TemporaryDirectory() as folder:
            data, plot = pathlib.Path(folder, "bench.json"), pathlib.Path(folder, "bench.svg")
            run = bench("--effort", "0.01", "--only", "parts,one-core,trips,soak",
                        "--json", str(data), "--svg", str(plot))
            self.assertEqual(run.returncode, 0, run.stderr)
            said = json.loads(data.read_text(encoding="utf-8"))
            drawn = xml.etree.ElementTree.parse(plot).getroot()
        self.check_tables(said, run.stdout)
        self.check_goals(said, run.stdout)
        texts = [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
        for table in said["tables"]:
            self.assertTrue(any(text and text.startswith(table["title"]) for text in texts))

    def check_tables(self, said, text):
        self.assertEqual([table["id"] for table in said["tables"]],
                         ["parts", "one-core", "trips", "trips-one-core", "soak"])
        for table in said["tables"]:
            self.assertIn(table["title"], text)
            first = table["ways"][0]
            self.assertEqual(first["ratio"], {"median": 1.0, "low": 1.0, "high": 1.0})
            for way in table["ways"]:
                self.assertIn(way["name"], text)
                if "not_measured" in way:
                    self.assertIn(way["not_measured"], text)
                    continue
                value = way["value"]
                self.assertGreater(value["median"], 0)
                self.assertLessEqual(value["low"], value["median"])
                self.assertLessEqual(value["median"], value["high"])

    def check_goals(self, said, text):
        self.assertEqual(said["soak"]["before"], said["soak"]["after"])
        self.assertGreater(said["soak"]["memory_last_kib"], 0)
        outcomes = {goal["what"]: goal["outcome"] for goal in said["goals"]}
        self.assertLessEqual(set(outcomes.values()), OUTCOMES)
        for what in outcomes:
            self.assertIn(what, text)
        # What was not chosen was not measured, and what was is.
        self.assertEqual(outcomes["dualpipe run, to bwrap --unshare-all"], "not measured")
        self.assertNotEqual(outcomes["a round trip, to raw pipes, on one CPU"], "not measured")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--bench", required=True)
    options, others = parser.parse_known_args()
    BENCH = options.bench
    unittest.main(argv=[sys.argv[0], *others], verbosity=2)
