/* SPDX-License-Identifier: MIT */
/* help.c - what judge, grade and interact say about themselves. */
#include "command_judge.h"

#include "../commands.h"
#include "../words.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char about_judge[] =
    "Usage: dualpipe judge [OPTIONS] PROBLEM SUBMISSION...\n"
    "       dualpipe judge --verify [OPTIONS] PROBLEM\n"
    "Compiles submissions, runs them over the test cases of a problem, each in a box of its\n"
    "own, checks what they print, and says accepted or why not.\n"
    "\n"
    "PROBLEM is an ICPC/Kattis problem package (2025-09, legacy, legacy-icpc) as a directory or\n"
    "a zip file, or a plain folder of N.in and N.out or N.ans. SUBMISSION is a file or a folder.\n"
    "\n"
    "  --verify                judge the package's own submissions against what it expects\n"
    "  --language NAME         instead of by the files' endings\n"
    "  --languages FILE        more languages, in the form of the built-in table\n"
    "  --all                   go on after the first case that fails\n"
    "  -j, --jobs N            cases at once (1)\n"
    "  --validate-input        run the package's input validators over its cases first\n"
    "\n"
    "Limits, instead of the problem's:\n"
    "  -t, --time DURATION     CPU time      -w, --wall DURATION\n"
    "  -m, --memory SIZE                     -o, --output SIZE\n"
    "  -p, --processes N                     --disk SIZE\n"
    "  --idle DURATION         an interactive pair that is silent for so long (2 s)\n"
    "  --cpus LIST             CPUs to run on; --one-cpu: both sides of a pair on one\n"
    "\n"
    "Checking, for plain folders:\n"
    "  --checker tokens|exact|FILE   the default validator's tokens (default), bytes, or a\n"
    "                          checker's source\n"
    "  --checker-argument WORD for tokens: case_sensitive, float_tolerance, 1e-6, ...\n"
    "  --checker-style testlib|icpc   how a FILE is called and answers (testlib)\n"
    "  --interactor FILE       the problem is interactive\n"
    "\n"
    "Results (a table on standard output; FILE may be '-'):\n"
    "  --report FILE           JSON; --report-lines FILE: a line for each submission\n"
    "  --junit FILE, --html FILE, --csv FILE\n"
    "  --transcript FILE       of interactive problems: who said what when\n"
    "  -q, --quiet, -v, --verbose; --color auto|always|never\n"
    "\n"
    "Exit status: 0, all accepted (--verify: all as expected); 1, not; 2, could not judge.\n";

static const char about_grade[] =
    "Usage: dualpipe grade [OPTIONS] PROBLEM DIRECTORY\n"
    "Judges every file or folder in a directory, one for each student, over all cases, and\n"
    "writes one row for each.\n"
    "\n"
    "  --csv FILE, --html FILE, --report FILE, --report-lines FILE, --junit FILE\n"
    "  --resume FILE           JSON Lines of what is graded; what is in it already is not\n"
    "                          judged again\n"
    "\n"
    "Other options are those of 'dualpipe judge'. Exit status: 0, all were graded; 2, some or\n"
    "all could not be.\n";

static const char about_interact[] =
    "Usage: dualpipe interact [OPTIONS] -- PROGRAM [ARGUMENT...] : PROGRAM [ARGUMENT...]\n"
    "Joins two programs, each in a box of its own: the output of one is the input of the\n"
    "other.\n"
    "\n"
    "  -P, --policy NAME|FILE  of both (native)\n"
    "  -t, -w, -m, -p          limits of each, as of 'dualpipe run'\n"
    "  --idle DURATION         ends a pair that is silent for so long (2 s)\n"
    "  --transcript FILE       who said what when; '-' is standard error\n"
    "  --report FILE           JSON: {first, second, ended_first, idle}\n"
    "  --cpus LIST, --one-cpu\n"
    "\n"
    "Exit status: 0, both ended well; 1, not; 2, no verdict.\n";

static int print(const char *text)
{
    if (fputs(text, stdout) >= 0 && fflush(stdout) == 0)
        return 0;
    say("standard output: %s", strerrordesc_np(errno));
    return EXIT_NO_VERDICT;
}

int judge_help(void)
{
    return print(about_judge);
}

int grade_help(void)
{
    return print(about_grade);
}

int interact_help(void)
{
    return print(about_interact);
}
