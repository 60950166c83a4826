/* SPDX-License-Identifier: MIT */
/* help.c - what the command says about itself. */
#include "commands.h"
#include "dualpipe.h"
#include "words.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

extern const char report_text[]; /* report_text.S */

static const char overview[] =
    "Usage: dualpipe COMMAND [OPTIONS] ...\n"
    "Runs code that nobody trusts in a box, holds it to limits, and says how it ended.\n"
    "\n"
    "Commands:\n"
    "  run            run one program in a fresh box\n"
    "  judge          judge submissions to a problem, over its test cases\n"
    "  grade          judge a directory of submissions: one row for each\n"
    "  interact       join two programs, each in a box\n"
    "  policy         list, show, check, prove and compare what targets may do\n"
    "  batch          run many jobs, one a line of JSON, in warm boxes; results likewise\n"
    "  doctor         say what boxes get on this host, what they do not, and what mends it\n"
    "  help COMMAND   say more about a command; so does 'dualpipe COMMAND --help'\n"
    "  help report    say what each key of a report means\n"
    "\n"
    "  --help, --version\n"
    "\n"
    "Example:\n"
    "  dualpipe run -t 1 -m 64M --stdin tests/1.in ./solution\n"
    "\n"
    "Exit status: 0, verdict ok; 1, another verdict; 2, no verdict (wrong usage, or the\n"
    "box could not be made: nothing was run, or what ran does not count).\n";

static const char about_run[] =
    "Usage: dualpipe run [OPTIONS] [--] PROGRAM [ARGUMENT...]\n"
    "Runs one program in a fresh box: an empty /box to work in, no network, no files of\n"
    "yours, and limits. PROGRAM is a path, or a name in PATH. Standard streams pass through.\n"
    "\n"
    "Limits (DURATION: 2, 0.5, 1500ms, 5min; SIZE: 4096, 64K, 256M, 1G; or 'unlimited';\n"
    "those not given are the policy's):\n"
    "  -t, --time DURATION     CPU time of all its processes together\n"
    "  -w, --wall DURATION     wall time; with only -t given: 3 times that, at least 1 s more\n"
    "  --idle DURATION         ends a run in which nothing runs and no byte moves for so long\n"
    "  -m, --memory SIZE       memory of all its processes together\n"
    "  -o, --output SIZE       standard output and standard error together\n"
    "  -p, --processes N       processes and threads alive at once\n"
    "  --disk SIZE             what it may keep in its writable directories\n"
    "  --file-size SIZE, --stack SIZE, --open-files N    as setrlimit(2)\n"
    "\n"
    "What it may do and see:\n"
    "  -P, --policy NAME|FILE  a built-in policy (native), or a file (a name with a slash)\n"
    "  --file HOST[:NAME]      put a copy of a file into its working directory\n"
    "  --bind HOST[:INSIDE][:rw]  show a path inside, read-only unless :rw\n"
    "  --env NAME[=VALUE]      set a variable, or pass yours on\n"
    "  --on-refusal kill|errno|report   at a refused call: end the run, go on with an\n"
    "                          error, or what the policy says (report)\n"
    "  --cpus LIST             run on these CPUs only (0-3,5); 'spread', 'spread:LIST': on one\n"
    "                          of them that no other run has been given so\n"
    "  --retry-noisy           repeat a run that missed its time limit narrowly on a busy host\n"
    "                          (streams: regular files or /dev/null); at most twice\n"
    "  --require LAYER,...     do not run where these layers cannot be had\n"
    "  --without LAYER,...     give layers up, by name\n"
    "\n"
    "Streams and results:\n"
    "  --stdin FILE, --stdout FILE, --stderr FILE, --stderr-to-stdout\n"
    "  --collect NAME[:HOST]   take a file out of its working directory after the run\n"
    "  --report FILE           the report as JSON ('-': standard output); --report-fd N\n"
    "  --meta FILE             the report in the keys of isolate(1)\n"
    "  -q, --quiet             no summary; -v, --verbose: layers, limits and set-up, too\n"
    "\n"
    "Options end at PROGRAM. --file, --bind, --env, --collect, --require and --without may\n"
    "be repeated; of any other option the last one counts. A colon in a name is written \\:\n"
    "Layers: user-namespace, pid-namespace, mount-namespace, network-namespace,\n"
    "ipc-namespace, uts-namespace, cgroup-namespace, capabilities, no-new-privileges,\n"
    "seccomp, landlock, rlimits, cgroup, descriptors.\n"
    "\n"
    "Examples:\n"
    "  dualpipe run -t 1 -m 64M --stdin 1.in --report 1.json ./solution\n"
    "  dualpipe run --file data.txt --collect out.txt -- ./convert data.txt out.txt\n"
    "  dualpipe run -P python --file solution.py -- python3 solution.py\n"
    "\n"
    "Exit status: 0, verdict ok; 1, another verdict; 2, wrong usage or no verdict.\n";

static const char about_batch[] =
    "Usage: dualpipe batch [OPTIONS] [FILE|-]\n"
    "Runs jobs in boxes, as many at once as there are CPUs. Jobs are JSON, one object a line;\n"
    "so are results: the report of 'dualpipe run' with the keys below.\n"
    "\n"
    "Keys of a job (only argv is needed; null is as good as not there):\n"
    "  argv                    program and arguments; \"./NAME\" is one of the job's own files\n"
    "  id                      a string, echoed; the line's number where missing\n"
    "  time, wall, idle, memory, output, file_size, stack, open_files, processes, disk\n"
    "                          limits: numbers of seconds or bytes, or strings as of 'run'\n"
    "  policy, env             a name or file; an object of strings\n"
    "  on_refusal, cpus, stderr_to_stdout    as the options of 'run'\n"
    "  warm                    true or false: as --warm, for this one\n"
    "  stdin, stdin_base64, stdin_file       one of them; nothing is empty input\n"
    "  files                   [{\"name\": \"a.py\", \"text\": \"...\"}], or base64, or host (a "
    "path)\n"
    "  collect                 [\"NAME\"]: files to return\n"
    "  compile                 {argv, policy, limits, env}: run first in the same directory\n"
    "  expect                  {\"stdout\": \"...\", \"compare\": \"exact\"}, or lines, or tokens\n"
    "\n"
    "Keys of a result beside the report's: id, line, repeat (which one of that id), stdout, "
    "stderr\n"
    "(or stdout_base64, stderr_base64), their _tail and _omitted_bytes where they are long,\n"
    "stdout_sha256, accepted, files, compile. A line that is no job gets an error as its result.\n"
    "A failed compile step is the verdict compile-error.\n"
    "\n"
    "Options (those of 'run' are what every job starts from, but for its streams and reports):\n"
    "  -j, --jobs N            boxes at once (as many as CPUs)\n"
    "  --out FILE              where results go (standard output)\n"
    "  --resume FILE           go on with the results in FILE: what is done is not repeated\n"
    "  --ordered               results in the order of their jobs, not as they finish\n"
    "  --keep-output SIZE      so much of each stream is in a result (1M), half of it the tail\n"
    "  --freshness LEVEL       of boxes: single-use, fresh (default), verified (as root, or\n"
    "                          with a subordinate uid: see dualpipe doctor second-uid)\n"
    "  --warm                  jobs of python3 are forks of one that has started before, with the\n"
    "                          modules that the policy names (preload); for -P python and its "
    "like\n"
    "  --stdin FILE, --file HOST[:NAME], --collect NAME, -t, -m, -P, ...    for all jobs\n"
    "  -q, --quiet             no progress, no summary; -v: a summary always\n"
    "\n"
    "INT or TERM lets end what is under way; a second one ends it at once. What has no result\n"
    "then is run by --resume.\n"
    "\n"
    "Examples:\n"
    "  echo '{\"argv\": [\"/bin/echo\", \"hello\"]}' | dualpipe batch\n"
    "  dualpipe batch -t 2 -m 128M -P python --resume results.jsonl jobs.jsonl\n"
    "\n"
    "Exit status: 0, every job got a verdict about its program; 2, not every one did.\n";

static const char about_policy[] =
    "Usage: dualpipe policy COMMAND ...\n"
    "A policy says all that a target may do. NAME is a built-in one; FILE has a slash in it.\n"
    "\n"
    "  list                    name the built-in policies\n"
    "  show NAME|FILE          print its text; --expand: with all that it uses, resolved\n"
    "  check FILE              read, compile and prove it; says what is wrong, and where\n"
    "  prove NAME|FILE         print each call, its cases and its answer, and the hash of\n"
    "                          the program that the kernel gets, proved to do just that\n"
    "  diff A B                print what B allows that A does not; exit status 1 if it does\n"
    "  learn -- PROGRAM ...    print the smallest policy that it still works under: each call is\n"
    "                          taken away, and stays away if nothing changes; -P NAME to start\n"
    "                          from (native), --stdin FILE: a sample, may be repeated, --file\n"
    "                          FILE as with run. This is not a security mode\n"
    "  import --oci FILE       a policy from the seccomp JSON of container engines, printed\n"
    "  export --oci NAME|FILE  the other way round\n"
    "\n"
    "Examples:\n"
    "  dualpipe policy show python > mine.policy && dualpipe run -P ./mine.policy ...\n"
    "  dualpipe policy diff native ./mine.policy\n"
    "\n"
    "Exit status: 0; 1, diff found more; 2, wrong usage, or the policy is wrong.\n";

static const char about_doctor[] =
    "Usage: dualpipe doctor [--json] [NAME...]\n"
    "       dualpipe doctor --attack [--json] [NAME...]\n"
    "Asks this host, layer by layer, what a box gets here; what is missing, what that costs,\n"
    "and the command that mends it. Ends with a run under each built-in policy. With NAMEs\n"
    "(the words before the colons), only those lines are printed.\n"
    "\n"
    "  ok       as it should be\n"
    "  note     good to know\n"
    "  less     all policies run, but something else cannot be had\n"
    "  MISSING  the built-in policies do not run in full\n"
    "\n"
    "With --attack, some 240 attacks are tried on this host, those that would do no lasting\n"
    "harm even if they got out; as root also as nobody. With NAMEs, those that have one in\n"
    "family/name. Says for each whether it was held, and by what; then the score.\n"
    "\n"
    "Exit status: 0, all built-in policies run in full, or all attacks were held; 1, not; 2,\n"
    "wrong usage, or no attack could be tried.\n";

static int print(const char *text)
{
    if (fputs(text, stdout) == EOF || fflush(stdout) == EOF) {
        say("cannot write to standard output: %s", strerrordesc_np(errno));
        return EXIT_NO_VERDICT;
    }
    return 0;
}

int help_print(void)
{
    return print(overview);
}

int help_print_run(void)
{
    return print(about_run);
}

int help_print_batch(void)
{
    return print(about_batch);
}

int help_print_policy(void)
{
    return print(about_policy);
}

int help_print_doctor(void)
{
    return print(about_doctor);
}

int help_print_version(void)
{
    char text[64];

    (void)snprintf(text, sizeof(text), "dualpipe %s\n", dualpipe_version());
    return print(text);
}

int command_help(int argc, char **argv)
{
    if (argc == 0)
        return help_print();
    if (strcmp(argv[0], "policy") == 0)
        return help_print_policy();
    if (strcmp(argv[0], "batch") == 0)
        return help_print_batch();
    if (strcmp(argv[0], "doctor") == 0)
        return help_print_doctor();
    if (strcmp(argv[0], "run") == 0)
        return help_print_run();
    if (strcmp(argv[0], "report") == 0)
        return print(report_text);
    if (strcmp(argv[0], "judge") == 0 || strcmp(argv[0], "grade") == 0 ||
        strcmp(argv[0], "interact") == 0)
        return command_judge_elsewhere(2, (char *[]){argv[0], "--help", NULL});
    say("help %s: there is no such command; see 'dualpipe --help'", argv[0]);
    return EXIT_NO_VERDICT;
}
