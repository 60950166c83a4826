#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How a judgement is shown: tables, CSV, JUnit's XML and the HTML page.

judge_outputs_test.py JUDGE_OUTPUTS Text|Browser

The program writes made-up judgements out; in the set "hostile" all that a
target can choose is an attack. Browser needs chromium, and is skipped (77)
without it; DUALPIPE_SCREENSHOTS names a directory where its pictures are kept.
"""
import base64
import csv
import hashlib
import html.parser
import io
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unicodedata
import unittest
import xml.etree.ElementTree as ElementTree
import fcntl
import termios

PROGRAM = ""
TIMEOUT = 120
SETS = ("hostile", "plain", "failed", "expected")
VOID = {"meta"}


def write(form, name="hostile"):
    done = subprocess.run([PROGRAM, form, name], stdout=subprocess.PIPE, timeout=TIMEOUT,
                          check=True, stdin=subprocess.DEVNULL)
    return done.stdout.decode("utf-8")  # raises where it is not UTF-8


def on_terminal(arguments, columns=80, **environment):
    """What the program writes to a terminal of so many columns."""
    controller, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    names = {"TERM": "xterm", "PATH": os.environ["PATH"], **environment}
    process = subprocess.Popen([PROGRAM, *arguments], stdin=terminal, stdout=terminal,
                               stderr=terminal, env=names)
    os.close(terminal)
    output = b""
    try:
        while piece := os.read(controller, 65536):
            output += piece
    except OSError:
        pass  # how a terminal says that nobody writes there any more
    os.close(controller)
    assert process.wait(TIMEOUT) == 0
    return output.decode("utf-8")


class Page(html.parser.HTMLParser):
    """The tags and the texts of a page; fails where tags do not match."""

    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.attributes = []
        self.texts = []
        self.style = ""
        self.open = []
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attributes]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attributes]

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> ends {self.open[-3:]}"
        self.open.pop()

    def handle_data(self, data):
        if "style" in self.open:
            self.style += data
        else:
            self.texts.append(data)


class Text(unittest.TestCase):
    def no_controls(self, text, allowed="\n\t"):
        odd = {c for c in text if c not in allowed and unicodedata.category(c) in
               ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp")}
        self.assertEqual(odd, set())

    def test_the_page_is_well_formed_and_holds_no_control(self):
        for name in SETS:
            with self.subTest(name):
                text = write("html", name)
                Page(text)
                self.no_controls(text)

    def test_the_page_has_only_the_tags_and_attributes_that_were_meant(self):
        page = Page(write("html"))
        self.assertFalse(set(page.tags) & {"script", "img", "iframe", "object", "link", "form"})
        names = {name for _, name, _ in page.attributes}
        self.assertFalse({name for name in names if name.startswith("on")}, names)
        self.assertFalse(names & {"src", "style", "srcset", "action"}, names)
        links = {value for _, name, value in page.attributes if name == "href"}
        self.assertTrue(all(re.fullmatch(r"#s[0-9]+", link) for link in links), links)

    def test_the_page_says_the_attack_in_words(self):
        text = " ".join(Page(write("html")).texts)
        self.assertIn("<script>document.title='owned'</script>", text)
        self.assertIn("\\x1b[31mred", text)
        self.assertIn("\\xff", text)
        self.assertIn("a\\x00b", text, "NUL in a conversation")

    def test_the_policy_forbids_all_but_the_style_sheet(self):
        page = Page(write("html", "plain"))
        policy = [value for tag, name, value in page.attributes
                  if tag == "meta" and name == "content" and "default-src" in value]
        digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
        self.assertEqual(len(policy), 1)
        self.assertIn("default-src 'none'", policy[0])
        self.assertIn(f"style-src 'sha256-{digest}'", policy[0],
                      f"page_style_sha256 must be \"sha256-{digest}\"")
        self.assertNotIn("unsafe", policy[0])
        self.assertNotIn("url(", page.style)

    def test_the_page_has_plots_with_the_limits_drawn_in(self):
        text = write("html", "plain")
        self.assertEqual(text.count("<svg "), 2)
        self.assertIn(">limit 1000 ms<", text)
        self.assertIn(">limit 256 MiB<", text)
        self.assertEqual(len(re.findall(r"<rect ", text)), 2 * 39, "one case was not run")
        self.assertIn("secret/17-random: 205.3 ms, wrong-answer", text)
        for number in re.findall(r' (?:x|y|x1|x2|y1|y2|width|height)="([^"]*)"', text):
            self.assertTrue(-1 <= float(number) <= 641, number)

    def test_the_page_marks_the_tokens_that_differ(self):
        text = write("html", "plain")
        self.assertIn("12 13 <mark>14</mark> 15 16", text)
        self.assertIn("12 13 <mark>15</mark> 15 16", text)
        self.assertIn("\u00e9<i>\u2192</i>b", write("html"), "a tab, made visible")

    def test_a_page_of_what_could_not_be_judged_says_why(self):
        text = write("html", "failed")
        self.assertIn("Could not judge: broken/problem.yaml:3: &lt;unknown&gt;", text)

    def test_junit_is_what_ci_systems_read(self):
        root = ElementTree.fromstring(write("junit"))
        self.assertEqual(root.tag, "testsuites")
        suites = root.findall("testsuite")
        self.assertEqual(len(suites), 5)
        for element in [root, *suites]:
            tests = element.findall(".//testcase")
            counts = [int(element.get(name)) for name in
                      ("tests", "failures", "errors", "skipped")]
            found = [len(tests)] + [sum(test.find(tag) is not None for test in tests)
                                    for tag in ("failure", "error", "skipped")]
            self.assertEqual(counts, found)
            self.assertGreaterEqual(float(element.get("time")), 0)
        self.assertEqual([root.get(name) for name in ("tests", "failures", "errors", "skipped")],
                         ["8", "3", "1", "3"])
        failure = suites[0].findall("testcase")[1].find("failure")
        self.assertEqual(failure.get("type"), "wrong-answer")
        self.assertIn("<script>document.title='owned'</script>", failure.text)
        self.assertIn("\\x07", failure.text)

    def test_junit_of_expected_submissions_counts_disagreement_only(self):
        root = ElementTree.fromstring(write("junit", "expected"))
        self.assertEqual([root.get(name) for name in ("tests", "failures", "errors", "skipped")],
                         ["3", "1", "0", "1"])
        self.assertIn("does not permit", root.find(".//failure").get("message"))

    def test_junit_of_nothing_judged_is_an_error(self):
        root = ElementTree.fromstring(write("junit", "failed"))
        self.assertEqual((root.get("tests"), root.get("errors")), ("1", "1"))

    def test_csv_is_read_back_and_holds_no_formula(self):
        text = write("csv")
        self.no_controls(text, "\r\n")
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        self.assertEqual(len(rows), 5)
        self.assertEqual(rows[0]["verdict"], "wrong-answer")
        self.assertEqual((rows[0]["cases_accepted"], rows[0]["cases"]), ("1", "4"))
        self.assertEqual((rows[0]["score"], rows[0]["cpu_seconds"]), ("12.5", "0.900000"))
        self.assertTrue(rows[0]["student"].startswith("</script>"))
        self.assertTrue(rows[0]["first_failed_case"].startswith("</script>"))
        self.assertEqual(rows[1]["student"][:2], "'=")
        self.assertEqual(rows[3]["student"], "'-rf")
        self.assertEqual(rows[2]["student"], "\u6f22\u5b57/\u00e9t\u00e9.py")

    def test_tables_are_lines_without_controls(self):
        for name in SETS:
            text = write("table", name)
            self.no_controls(text, "\n")
            self.assertFalse(any(line.endswith(" ") for line in text.split("\n")))

    def test_columns_are_lined_up_by_width_and_not_by_bytes(self):
        def width(text):
            return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)

        lines = write("table").split("\n")
        heading = next(line for line in lines if line.startswith("SUBMISSION"))
        row = next(line for line in lines if line.startswith("\u6f22") and "skipped" in line)
        self.assertEqual(width(row[:row.index("skipped")]), heading.index("VERDICT"))

    def test_of_a_long_name_the_end_is_shown(self):
        lines = write("table").split("\n")
        row = next(line for line in lines if "1/4" in line)
        self.assertTrue(row.startswith("..."), row)
        self.assertIn("javascript:alert(1)  wrong-answer", row)

    def test_a_terminal_gets_colours_and_lines_that_fit(self):
        text = on_terminal(["terminal", "plain"], columns=72)
        self.assertIn("\033[32maccepted\033[0m", text)
        self.assertIn("\033[31mwrong-answer\033[0m", text)
        plain = re.sub(r"\033\[[0-9;]*m", "", text)
        rows = [line for line in plain.split("\r\n") if line.startswith("  secret/")]
        self.assertEqual(len(rows), 40)
        self.assertLessEqual(max(map(len, rows)), 72)
        self.assertIn("...", next(row for row in rows if "17-random" in row))

    def test_no_color_and_dumb_terminals_are_honoured(self):
        for names in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
            with self.subTest(names):
                self.assertNotIn("\033", on_terminal(["terminal", "plain"], **names))
        self.assertIn("\033", on_terminal(["terminal", "plain"], NO_COLOR=""))

    def test_progress_is_one_line_that_goes_away(self):
        text = on_terminal(["progress"], columns=60)
        steps = [step for step in text.split("\r\033[K") if step]
        self.assertEqual(len(steps), 2, steps)
        self.assertIn("5/10, 1 not accepted", steps[1])
        self.assertTrue(text.endswith("\r\033[K"))
        for step in steps:
            self.assertLess(len(step), 80)
            self.no_controls(step)

    def test_there_is_no_progress_where_there_is_no_terminal(self):
        done = subprocess.run([PROGRAM, "progress"], stderr=subprocess.PIPE, timeout=TIMEOUT,
                              check=True)
        self.assertEqual(done.stderr, b"")
        self.assertEqual(on_terminal(["progress"], TERM="dumb"), "")


class Browser(unittest.TestCase):
    """The page as Chromium sees it."""

    def setUp(self):
        directory = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.addCleanup(directory.cleanup)
        self.directory = directory.name

    def chromium(self, page, *arguments):
        """Returns what it writes, and its messages."""
        path = os.path.join(self.directory, "page.html")
        with open(path, "w", encoding="utf-8") as file:
            file.write(page)
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
                   "--no-first-run", "--disable-background-networking",
                   "--disable-component-update", "--disable-sync", "--hide-scrollbars",
                   "--enable-logging=stderr", "--v=0",
                   f"--user-data-dir={self.directory}/profile", *arguments, f"file://{path}"]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              stdin=subprocess.DEVNULL, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr[-2000:])
        console = [line for line in done.stderr.decode("utf-8", "replace").split("\n")
                   if "CONSOLE" in line]
        return done.stdout.decode("utf-8"), console

    def test_no_attack_runs_and_nothing_is_blocked_for_nothing(self):
        dom, console = self.chromium(write("html"), "--dump-dom")
        title = re.search(r"<title>(.*?)</title>", dom, re.S).group(1)
        self.assertNotEqual(title, "owned")
        self.assertTrue(title.startswith("&lt;/script"))
        self.assertEqual(console, [], "the page itself must not break its policy")
        self.assertNotIn("<script", dom)
        self.assertNotIn("<img", dom)

    def test_the_policy_stops_a_script_that_an_escape_let_through(self):
        page = write("html", "plain").replace(
            "</main>", "<script>document.title='owned'</script>"
                       "<img src='x' onerror=\"document.title='owned'\"></main>")
        dom, console = self.chromium(page, "--dump-dom")
        self.assertNotIn("<title>owned", dom)
        self.assertIn("Content Security Policy", " ".join(console))

    def screenshot(self, name, page, *arguments):
        path = os.path.join(self.directory, "page.png")
        self.chromium(page, f"--screenshot={path}", "--window-size=800,600", *arguments)
        with open(path, "rb") as file:
            picture = file.read()
        kept = os.environ.get("DUALPIPE_SCREENSHOTS")
        if kept:
            shutil.copy(path, os.path.join(kept, name + ".png"))
        self.assertEqual(picture[:8], b"\x89PNG\r\n\x1a\n")
        self.assertEqual(struct.unpack(">II", picture[16:24]), (800, 600))
        return picture

    def test_the_page_is_drawn_in_light_and_in_dark(self):
        page = write("html", "plain")
        light = self.screenshot("light", page)
        dark = self.screenshot("dark", page, "--blink-settings=preferredColorScheme=0")
        unstyled = self.screenshot("unstyled", re.sub(r"<style>.*?</style>", "", page, flags=re.S))
        self.assertNotEqual(light, dark)
        self.assertNotEqual(light, unstyled, "the style sheet was not applied")


def main():
    global PROGRAM
    PROGRAM = os.path.abspath(sys.argv[1])
    suite = sys.argv[2]
    if suite == "Browser" and not shutil.which("chromium"):
        print("skipped: chromium is not installed (Debian: apt-get install chromium)")
        return 77
    return not unittest.main(argv=[sys.argv[0], suite], exit=False).result.wasSuccessful()


if __name__ == "__main__":
    sys.exit(main())
