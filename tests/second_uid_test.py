#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Boxes that are used again, for an ordinary user with a subordinate range.

second_uid_test.py DUALPIPE [unittest arguments]

As root, who can give nobody a range in a mount namespace (second_uid.py), and put other
programs in the place of newuidmap(1) there. Skipped where that cannot be.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

from second_uid import GIDS, NEWGIDMAP, NEWUIDMAP, NOBODY, RANGE, UIDS, as_nobody, why_not, \
    with_files

TIMEOUT = 120
DUALPIPE = ""
FIRST, COUNT = 200000, 65536
# What a target can tell of its map, where the policy has a /proc.
MAP = ["/bin/sh", "-c", "cat /proc/self/uid_map /proc/self/gid_map; sleep 0.3"]


class Case(unittest.TestCase):
    def setUp(self):
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="second-uid-test-"))
        self.addCleanup(shutil.rmtree, self.place)
        self.place.chmod(0o755)

    def file(self, name, data, mode, owner=NOBODY):
        path = self.place / name
        path.write_bytes(data)
        os.chown(path, owner, owner)
        path.chmod(mode)
        return str(path)

    def dualpipe(self, *words, files=None, before=(), given=""):
        """As nobody; the range is the usual one where files do not say otherwise."""
        files = {UIDS: RANGE, GIDS: RANGE, **(files or {})}
        command = with_files([*before, *as_nobody([DUALPIPE, *words])], files)
        ran = subprocess.run(command, input=given, capture_output=True, text=True, check=False,
                             timeout=TIMEOUT, cwd="/")
        return ran.returncode, ran.stdout, ran.stderr

    def batch(self, jobs, *options, **keys):
        given = "".join(json.dumps(job) + "\n" for job in jobs)
        _, output, messages = self.dualpipe("batch", "--ordered", "--freshness", "verified", "-P",
                                            "shell", *options, "-", given=given, **keys)
        results = [json.loads(line) for line in output.splitlines()]
        self.assertEqual(len(results), len(jobs), messages)
        return results

    def refused(self, files):
        code, output, messages = self.dualpipe("batch", "--freshness", "verified", "-",
                                               given='{"argv": ["true"]}\n', files=files)
        self.assertEqual((code, output), (2, ""), messages)
        self.assertIn("doctor second-uid", messages)
        return messages

    def expect(self, result, freshness="verified"):
        self.assertEqual((result["verdict"], result["freshness"], result["attested"]),
                         ("ok", freshness, True), result)


class Boxes(Case):
    def test_targets_are_of_the_range_and_two_at_once_never_the_same(self):
        results = self.batch([{"argv": MAP}] * 8, "-j", "4")
        ids = []
        for result in results:
            self.expect(result)
            rows = [[int(word) for word in line.split()] for line in result["stdout"].splitlines()]
            self.assertEqual(len(rows), 4, rows)
            for users in (rows[:2], rows[2:]):
                outside = {inside: host for inside, host, _ in users}
                self.assertEqual(outside[999], NOBODY)
                self.assertIn(outside[1000], range(FIRST, FIRST + COUNT))
            ids.append(rows[0][1] if rows[0][0] == 1000 else rows[1][1])
        self.assertEqual(len(set(ids)), 4, ids)

    def test_groups_are_dropped(self):
        program = ["/bin/sh", "-c", "id -G; grep Groups: /proc/self/status"]
        given = json.dumps({"argv": program}) + "\n"
        command = with_files(["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--groups=4,24",
                              "--", DUALPIPE, "batch", "--freshness", "verified", "-P", "shell",
                              "-"], {UIDS: RANGE, GIDS: RANGE})
        ran = subprocess.run(command, input=given, capture_output=True, text=True, check=True,
                             timeout=TIMEOUT, cwd="/")
        result = json.loads(ran.stdout)
        self.expect(result)
        self.assertEqual(result["stdout"].split(), ["1000", "Groups:"])

    def test_an_id_in_use_by_another_process_is_not_taken(self):
        one = {UIDS: f"nobody:{FIRST}:1\n", GIDS: RANGE}
        words = ["batch", "--freshness", "verified", "-j", "1", "-P", "shell", "-"]
        first = subprocess.Popen(with_files(as_nobody([DUALPIPE, *words]), one), cwd="/",
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        first.stdin.write(json.dumps({"argv": ["true"]}) + "\n")
        first.stdin.flush()
        self.expect(json.loads(first.stdout.readline()))  # and its pool stays open
        second, = self.batch([{"argv": ["true"]}], "-j", "1", files=one)
        self.expect(second, "new")
        self.assertIn("EUSERS", second["freshness_note"])
        first.communicate(timeout=TIMEOUT)
        third, = self.batch([{"argv": ["true"]}], "-j", "1", files=one)
        self.expect(third)

    def test_what_a_target_made_for_itself_alone_can_be_collected(self):
        program = "umask 077; echo mine > a; mkdir -p d/e; echo deep > d/e/x; ln -s a link"
        result, = self.batch([{"argv": ["/bin/sh", "-c", program],
                               "collect": ["a", "d/e/x", "link", "none"]}])
        self.expect(result)
        self.assertEqual([(file["text"], bool(file["error"])) for file in result["files"]],
                         [("mine\n", False), ("deep\n", False), (None, True), (None, True)])

    def test_files_go_in_and_belong_to_the_target(self):
        program = "echo more >> in; chmod 600 in; cat in"
        for result in self.batch([{"argv": ["/bin/sh", "-c", program],
                                   "files": [{"name": "in", "text": "given\n"}]}] * 2, "-j", "1"):
            self.expect(result)
            self.assertEqual(result["stdout"], "given\nmore\n")

    def test_an_idle_target_s_reason_is_told(self):
        result, = self.batch([{"argv": ["/bin/sleep", "100"], "idle": 0.3}])
        self.assertEqual((result["verdict"], result["idle"], result["waiting_for"],
                          result["freshness"]), ("wall-limit", True, "sleep", "verified"))

    def test_a_program_that_only_its_owner_may_read_runs(self):
        own = self.file("own", pathlib.Path("/bin/true").read_bytes(), 0o700)
        shut = self.file("shut", pathlib.Path("/bin/true").read_bytes(), 0o111, owner=0)
        copied, unread = self.batch([{"argv": [own]}, {"argv": [shut]}], "-j", "1")
        self.expect(copied)
        self.expect(unread, "new")


class Refusals(Case):
    """Of `verified`, with the reason and the remedy."""

    def test_without_a_range(self):
        for files, file in (({UIDS: ""}, UIDS), ({GIDS: ""}, GIDS),
                            ({UIDS: "nobody:0:65536\n"}, UIDS),
                            ({UIDS: "nobody:4294967295:1\nnobody:5:-1\nnobody:x:1\n"}, UIDS),
                            ({UIDS: "somebody:200000:65536\n65533:300000:65536\n"}, UIDS),
                            ({UIDS: "nobody:" + "2" * 2000 + ":1\n"}, UIDS)):
            message = self.refused(files)
            self.assertIn(file, message)
            self.assertIn("usermod --add-subuids", message)

    def test_a_range_for_the_number_of_the_user_counts(self):
        lines = f"{'x' * 3000}\n{NOBODY}:{FIRST}:{COUNT}\n"
        result, = self.batch([{"argv": ["true"]}], files={UIDS: lines, GIDS: lines})
        self.expect(result)

    def test_where_set_uid_programs_cannot_help(self):
        given = '{"argv": ["true"]}\n'
        code, _, messages = self.dualpipe("batch", "--freshness", "verified", "-", given=given,
                                          before=["setpriv", "--no-new-privs"])
        self.assertEqual(code, 2)
        self.assertIn("no_new_privs", messages)

    def test_what_the_program_says_is_told(self):
        said = "#!/bin/sh\necho 'no range for you' >&2\nexit 1\n"
        for program in (NEWUIDMAP, NEWGIDMAP):
            message = self.refused({program: said})
            self.assertIn(program, message)
            self.assertIn("it says: no range for you", message)

    def test_the_doctor_says_what_is_missing(self):
        for files, state, words in (({}, "ok", "subordinate"), ({UIDS: ""}, "less", "usermod"),
                                    ({NEWUIDMAP: "#!/bin/sh\nexit 1\n"}, "less", NEWUIDMAP)):
            _, output, _ = self.dualpipe("doctor", "--json", "second-uid", files=files)
            line, = json.loads(output)["findings"]
            self.assertEqual(line["state"], state, line)
            self.assertIn(words, line["found"] + (line["mend"] or ""))


class Errand(Case):
    """The program that writes the maps is the system's, and set-uid."""

    def test_it_gets_nothing_of_the_host_s(self):
        told = self.file("told", b"", 0o666)
        spy = f"#!/bin/sh\n{{ echo \"$@\"; readlink /proc/$$/fd/* ; tr '\\0' ' ' </proc/$$/environ; " \
              f"while read -r line; do case $line in Sig*) echo \"$line\";; esac; done " \
              f"</proc/$$/status; }} > {told} 2>&1\nexit 1\n"  # dash blocks all while it forks
        code, _, messages = self.dualpipe(
            "batch", "--freshness", "verified", "-", given='{"argv": ["true"]}\n',
            files={NEWUIDMAP: spy}, before=["env", "SECRET=of-the-host"])
        self.assertEqual(code, 2, messages)
        words = pathlib.Path(told).read_text(encoding="utf-8")
        self.assertRegex(words, r"^\d+ 1000 2\d{5} 1 999 65534 1\n")
        self.assertNotIn("of-the-host", words)
        self.assertRegex(words, r"SigBlk:\s+0{16}\n")
        self.assertRegex(words, r"SigIgn:\s+0{16}\n")
        links = re.findall(r"^(/\S+|pipe:\[\d+\])", words, re.MULTILINE)
        own = [link for link in links if link != told and not link.startswith(NEWUIDMAP)]
        self.assertEqual(own[0], "/dev/null", words)
        self.assertEqual(len(set(own)), 2, words)  # and one pipe, for what it says

    def test_one_that_never_ends_is_ended_in_time(self):
        began = time.monotonic()
        result, = self.batch([{"argv": ["true"]}], "-j", "1",
                             files={NEWUIDMAP: "#!/bin/sh\nexec sleep 4321\n"})
        self.expect(result, "new")
        self.assertIn("ETIMEDOUT", result["freshness_note"])
        self.assertLess(time.monotonic() - began, 90)
        left = subprocess.run(["pgrep", "-f", "sleep 4321"], capture_output=True, check=False)
        self.assertEqual(left.stdout, b"")

    def test_a_flood_of_words_is_bounded(self):
        message = self.refused({NEWUIDMAP: "#!/bin/sh\nyes flood | head -c 3000000 >&2\nexit 1\n"})
        self.assertIn("it says: flood", message)
        self.assertLess(len(message), 2000)


def main():
    global DUALPIPE
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    reason = why_not()
    if reason:
        print(f"skipped: {reason}")
        sys.exit(77)
    with tempfile.TemporaryDirectory(prefix="second-uid-") as directory:
        os.chmod(directory, 0o755)
        DUALPIPE = shutil.copy(sys.argv.pop(1), directory)
        os.chmod(DUALPIPE, 0o755)
        unittest.main(verbosity=2)


if __name__ == "__main__":
    main()
