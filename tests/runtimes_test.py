#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The languages of a judge, each under its built-in policy, on Debian's packages.

runtimes_test.py --dualpipe COMMAND [--only TEXT] [--user root|nobody] [--node DIRECTORY]
                 [LANGUAGE...]

For each language: a hello world, a million integers from standard input, threads,
an exception and a deep recursion run right; a socket, a process and a program
are refused and named; a file outside the box does not exist. Started by root, all
is done twice: as root and as nobody. One line is printed for each case; what
is not installed is skipped, with the reason.
"""
import argparse
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

TIMEOUT = 120  # of one command; generous, so that only a hang meets it
NOBODY = 65534
NUMBERS = [random.Random(1).randrange(-10**9, 10**9) for _ in range(10**6)]
INPUT = ("\n".join(map(str, NUMBERS)) + "\n").encode()


class Failure(Exception):
    pass


class Skip(Exception):
    pass


class Language:
    """One runtime: how it is built and started, and its programs.

    programs maps a case to a source, to None (the language has no such thing:
    .without says why), or to a pair of a source and options for the start.
    """

    def __init__(self, name, policy, needs, suffix, run, programs, build=None, version=None,
                 without="", options=(), source_name="program"):
        self.name, self.policy, self.needs, self.suffix = name, policy, needs, suffix
        self.run, self.programs, self.build, self.version = run, programs, build, version
        self.without, self.options, self.source_name = without, options, source_name


C_HEAD = r"""
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
"""
C = {
    "hello": C_HEAD + 'int main(void) { puts("hello"); return 0; }\n',
    "sum": C_HEAD + """int main(void) { long x, s = 0; while (scanf("%ld", &x) == 1) s += x;
        printf("%ld\\n", s); return 0; }\n""",
    "threads": C_HEAD + """
        static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
        static int total;
        static void *add(void *n) { pthread_mutex_lock(&lock); total += (int)(long)n;
            pthread_mutex_unlock(&lock); return NULL; }
        int main(void) { pthread_t t[4];
            for (long i = 0; i < 4; i++) if (pthread_create(&t[i], NULL, add, (void *)(i + 1))) return 3;
            for (int i = 0; i < 4; i++) pthread_join(t[i], NULL);
            printf("%d\\n", total); return 0; }\n""",
    "exception": C_HEAD + 'int main(void) { fputs("went wrong", stderr); abort(); }\n',
    "recursion": C_HEAD + """
        static long depth(long n) { volatile char room[64]; room[0] = (char)n;
            return n == 0 ? 0 : 1 + depth(n - 1) + (room[0] != (char)n); }
        int main(void) { printf("%ld\\n", depth(100000)); return 0; }\n""",
    "socket": C_HEAD + "int main(void) { return socket(AF_INET, SOCK_STREAM, 0) < 0; }\n",
    "fork": C_HEAD + "int main(void) { if (fork() == 0) _exit(0); wait(NULL); return 0; }\n",
    "exec": C_HEAD + 'int main(void) { execl("/bin/true", "true", NULL); return 1; }\n',
    "outside": C_HEAD + 'int main(void) { int fd = open("/etc/passwd", O_RDONLY);'
                        ' puts(fd < 0 && errno == ENOENT ? "none" : "there"); return 0; }\n',
}

CPP_HEAD = """
#include <cerrno>
#include <fstream>
#include <iostream>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
"""
CPP = {
    "hello": CPP_HEAD + 'int main() { std::cout << "hello" << std::endl; }\n',
    "sum": CPP_HEAD + "int main() { std::ios::sync_with_stdio(false); long x, s = 0;"
                      " while (std::cin >> x) s += x; std::cout << s << '\\n'; }\n",
    "threads": CPP_HEAD + """int main() { std::mutex lock; int total = 0; std::vector<std::thread> all;
        for (int i = 1; i <= 4; i++) all.emplace_back([&, i] { std::lock_guard<std::mutex> g(lock); total += i; });
        for (auto &t : all) t.join(); std::cout << total << '\\n'; }\n""",
    "exception": CPP_HEAD + 'int main() { throw std::runtime_error("went wrong"); }\n',
    "recursion": CPP_HEAD + """static long depth(long n) { volatile char room[64]; room[0] = (char)n;
            return n == 0 ? 0 : 1 + depth(n - 1) + (room[0] != (char)n); }
        int main() { std::cout << depth(100000) << '\\n'; }\n""",
    "socket": CPP_HEAD + "int main() { return socket(AF_INET6, SOCK_DGRAM, 0) < 0; }\n",
    "fork": CPP_HEAD + "int main() { if (fork() == 0) _exit(0); wait(nullptr); }\n",
    "exec": CPP_HEAD + 'int main() { return system("true"); }\n',
    "outside": CPP_HEAD + 'int main() { std::ifstream in("/etc/passwd");'
                          ' std::cout << (!in && errno == ENOENT ? "none\\n" : "there\\n"); }\n',
}

GO_HEAD = "package main\n"
GO = {
    "hello": GO_HEAD + 'import "fmt"\nfunc main() { fmt.Println("hello") }\n',
    "sum": GO_HEAD + """import ("bufio"; "fmt"; "os")
func main() { in := bufio.NewReader(os.Stdin); s := int64(0)
  for { var x int64; if _, e := fmt.Fscan(in, &x); e != nil { break }; s += x }
  fmt.Println(s) }\n""",
    "threads": GO_HEAD + """import ("fmt"; "runtime"; "sync"; "sync/atomic")
func main() { var w sync.WaitGroup; var n int64
  for i := 1; i <= 4; i++ { w.Add(1); go func(i int) { runtime.LockOSThread(); atomic.AddInt64(&n, int64(i)); w.Done() }(i) }
  w.Wait(); fmt.Println(n) }\n""",
    "exception": GO_HEAD + 'func main() { panic("went wrong") }\n',
    "recursion": GO_HEAD + """import "fmt"
func depth(n int) int { if n == 0 { return 0 }; return 1 + depth(n-1) }
func main() { fmt.Println(depth(100000)) }\n""",
    "socket": GO_HEAD + 'import ("fmt"; "net")\nfunc main() { _, e := net.Dial("tcp", "127.0.0.1:80"); fmt.Println(e) }\n',
    "fork": GO_HEAD + 'import ("fmt"; "os/exec")\nfunc main() { fmt.Println(exec.Command("/box/program").Run()) }\n',
    "exec": GO_HEAD + 'import ("fmt"; "syscall")\nfunc main() { fmt.Println(syscall.Exec("/bin/true", []string{"true"}, nil)) }\n',
    "outside": GO_HEAD + """import ("fmt"; "os")
func main() { _, e := os.Open("/etc/passwd"); if os.IsNotExist(e) { fmt.Println("none") } else { fmt.Println("there") } }\n""",
}

RUST = {
    "hello": 'fn main() { println!("hello"); }\n',
    "sum": """use std::io::BufRead;
fn main() { let mut s: i64 = 0; for line in std::io::stdin().lock().lines() { s += line.unwrap().parse::<i64>().unwrap(); }
  println!("{}", s); }\n""",
    "threads": """fn main() { let all: Vec<_> = (1..5).map(|i| std::thread::spawn(move || i)).collect();
  println!("{}", all.into_iter().map(|t| t.join().unwrap()).sum::<i32>()); }\n""",
    "exception": 'fn main() { panic!("went wrong"); }\n',
    "recursion": """#[inline(never)] fn depth(n: u64) -> u64 { if n == 0 { 0 } else { 1 + depth(std::hint::black_box(n - 1)) } }
fn main() { println!("{}", depth(100000)); }\n""".replace("std::hint::black_box", ""),
    "socket": 'fn main() { println!("{:?}", std::net::TcpStream::connect("127.0.0.1:80")); }\n',
    "fork": 'fn main() { println!("{:?}", std::process::Command::new("/bin/true").status()); }\n',
    "exec": """use std::os::unix::process::CommandExt;
fn main() { println!("{:?}", std::process::Command::new("/bin/true").exec()); }\n""",
    "outside": """fn main() { let e = std::fs::File::open("/etc/passwd").err();
  println!("{}", if e.map(|e| e.kind()) == Some(std::io::ErrorKind::NotFound) { "none" } else { "there" }); }\n""",
}

OCAML = {
    "hello": 'let () = print_endline "hello"\n',
    "sum": 'let s = ref 0\nlet () = (try while true do s := !s + int_of_string (input_line stdin) done with End_of_file -> ());\n'
           '  print_int !s; print_newline ()\n',
    "threads": None,
    "exception": 'let () = failwith "went wrong"\n',
    "recursion": 'let rec depth n = if n = 0 then 0 else 1 + depth (n - 1)\nlet () = print_int (depth 100000); print_newline ()\n',
    "socket": 'let () = ignore (Unix.socket Unix.PF_INET Unix.SOCK_STREAM 0)\n',
    "fork": 'let () = if Unix.fork () = 0 then exit 0 else ignore (Unix.wait ())\n',
    "exec": 'let () = Unix.execv "/bin/true" [|"true"|]\n',
    "outside": 'let () = print_endline (try ignore (open_in "/etc/passwd"); "there" with Sys_error e ->\n'
               '  if e = "/etc/passwd: No such file or directory" then "none" else "refused")\n',
}

HASKELL = {
    "hello": 'main :: IO ()\nmain = putStrLn "hello"\n',
    "sum": """import qualified Data.ByteString.Char8 as B
main :: IO ()
main = B.getContents >>= print . sum . map (maybe 0 fst . B.readInt) . B.lines
""",
    "threads": """import Control.Concurrent
main :: IO ()
main = do
  all' <- mapM (\\n -> do { v <- newEmptyMVar; _ <- forkOS (threadDelay 1000 >> putMVar v n); return v }) [1 .. 4]
  mapM takeMVar all' >>= print . (sum :: [Int] -> Int)
""",
    "exception": 'main :: IO ()\nmain = error "went wrong"\n',
    "recursion": """depth :: Int -> Int
depth 0 = 0
depth n = 1 + depth (n - 1)
main :: IO ()
main = print (depth 100000)
""",
    "socket": """import Foreign.C.Types
foreign import ccall "socket" socket :: CInt -> CInt -> CInt -> IO CInt
main :: IO ()
main = socket 2 1 0 >>= print
""",
    "fork": """import System.Posix.Process
main :: IO ()
main = forkProcess (return ()) >>= print
""",
    "exec": """import System.Posix.Process
main :: IO ()
main = executeFile "/bin/true" False [] Nothing
""",
    "outside": """import System.IO.Error
main :: IO ()
main = do
  r <- tryIOError (readFile "/etc/passwd")
  putStrLn (either (\\e -> if isDoesNotExistError e then "none" else "refused") (const "there") r)
""",
}

TCL = {
    "hello": 'puts "hello"\n',
    "sum": "set s 0\nwhile {[gets stdin line] >= 0} { incr s $line }\nputs $s\n",
    "threads": None,
    "exception": 'error "went wrong"\n',
    "recursion": "interp recursionlimit {} 200000\nproc depth n { if {$n == 0} { return 0 }\n"
                 "  return [expr {1 + [depth [expr {$n - 1}]]}] }\nputs [depth 9000]\n",
    "socket": "socket 127.0.0.1 80\n",
    "fork": "exec true\n",
    "exec": None,
    "outside": 'if {[catch {open /etc/passwd} e]} { puts [expr {[lindex $errorCode 1] eq "ENOENT" ? "none" : "refused"}] }'
               ' else { puts there }\n',
}

PYTHON = {
    "hello": 'print("hello")\n',
    "sum": "import sys\nprint(sum(map(int, sys.stdin)))\n",
    "threads": """import threading
total = 0
lock = threading.Lock()
def add(n):
    global total
    with lock: total += n
all = [threading.Thread(target=add, args=(i,)) for i in range(1, 5)]
[t.start() for t in all]; [t.join() for t in all]
import asyncio
async def later(): await asyncio.sleep(0.01); return total
print(asyncio.run(later()))
""",
    "exception": 'raise RuntimeError("went wrong")\n',
    "recursion": """import sys
sys.setrecursionlimit(200000)
def depth(n): return 0 if n == 0 else 1 + depth(n - 1)
print(depth(100000))
""",
    "socket": "import socket\nsocket.socket(socket.AF_INET, socket.SOCK_STREAM)\n",
    "fork": "import os\nos.fork() or os._exit(0)\n",
    "exec": 'import os\nos.execv("/bin/true", ["true"])\n',
    "outside": """try: open("/etc/passwd"); print("there")
except FileNotFoundError: print("none")
""",
}

PERL = {
    "hello": 'use strict; use warnings; print "hello\\n";\n',
    "sum": 'use List::Util "sum"; my $s = 0; while (<STDIN>) { $s += $_ } print "$s\\n";\n',
    "threads": 'use threads; my @t = map { my $n = $_; threads->create(sub { $n }) } 1..4;\n'
               'my $s = 0; $s += $_->join for @t; print "$s\\n";\n',
    "exception": 'die "went wrong\\n";\n',
    "recursion": 'no warnings; sub depth { my $n = shift; $n == 0 ? 0 : 1 + depth($n - 1) } print depth(100000), "\\n";\n',
    "socket": 'use Socket; socket(my $s, AF_INET, SOCK_STREAM, 0);\n',
    "fork": 'my $p = fork; exit 0 if defined $p && $p == 0; wait;\n',
    "exec": 'exec "/bin/true";\n',
    "outside": 'open(my $f, "<", "/etc/passwd") ? print "there\\n" : print $!{ENOENT} ? "none\\n" : "refused\\n";\n',
}

RUBY = {
    "hello": 'puts "hello"\n',
    "sum": "s = 0\nSTDIN.each_line { |l| s += l.to_i }\nputs s\n",
    "threads": "require 'set'\nputs (1..4).map { |i| Thread.new { i } }.sum(&:value)\n",
    "exception": 'raise "went wrong"\n',
    "recursion": "def depth(n) n == 0 ? 0 : 1 + depth(n - 1) end\nputs depth(9000)\n",
    "socket": 'require "socket"\nTCPSocket.new("127.0.0.1", 80)\n',
    "fork": "fork { }\nProcess.wait\n",
    "exec": 'exec "/bin/true"\n',
    "outside": 'begin File.open("/etc/passwd"); puts "there"\nrescue Errno::ENOENT then puts "none" end\n',
}

PHP = {
    "hello": '<?php echo "hello\\n";\n',
    "sum": '<?php $s = 0; while (($l = fgets(STDIN)) !== false) $s += (int)$l; echo "$s\\n";\n',
    "threads": None,
    "exception": '<?php throw new Exception("went wrong");\n',
    "recursion": '<?php function depth($n) { return $n == 0 ? 0 : 1 + depth($n - 1); } echo depth(100000), "\\n";\n',
    "socket": '<?php fsockopen("127.0.0.1", 80);\n',
    "fork": '<?php pcntl_fork();\n',
    "exec": '<?php pcntl_exec("/bin/true");\n',
    "outside": '<?php echo file_exists("/etc/passwd") ? "there\\n" : "none\\n";\n',
}

LUA = {
    "hello": 'print("hello")\n',
    "sum": 'local s = 0 for l in io.lines() do s = s + tonumber(l) end print(string.format("%d", s))\n',
    "threads": None,
    "exception": 'error("went wrong")\n',
    "recursion": "local function depth(n) if n == 0 then return 0 end return 1 + depth(n - 1) end print(depth(100000))\n",
    "socket": None,
    "fork": 'os.execute("true")\n',
    "exec": None,
    "outside": 'local f, e, n = io.open("/etc/passwd") print(f and "there" or n == 2 and "none" or "refused")\n',
}

JAVA = {
    "hello": """import java.nio.file.*;
public class Main { public static void main(String[] a) throws Exception { Path p = Path.of("f");
  Files.writeString(p, "hello"); System.out.println(Files.readString(p)); } }\n""",
    "sum": """import java.io.*;
public class Main { public static void main(String[] a) throws IOException { long s = 0; String l;
  BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
  while ((l = in.readLine()) != null) s += Long.parseLong(l); System.out.println(s); } }\n""",
    "threads": """import java.util.concurrent.atomic.*;
public class Main { public static void main(String[] a) throws Exception { AtomicInteger n = new AtomicInteger();
  Thread[] t = new Thread[4];
  for (int i = 0; i < 4; i++) { int k = i + 1; t[i] = new Thread(() -> n.addAndGet(k)); t[i].start(); }
  for (Thread x : t) x.join();
  System.out.println(java.util.stream.IntStream.range(0, 4).parallel().map(i -> 0).sum() + n.get()); } }\n""",
    "exception": 'public class Main { public static void main(String[] a) { throw new RuntimeException("went wrong"); } }\n',
    "recursion": """public class Main { static int depth(int n) { return n == 0 ? 0 : 1 + depth(n - 1); }
  public static void main(String[] a) throws Exception {
    Thread t = new Thread(null, () -> System.out.println(depth(100000)), "deep", 64 << 20); t.start(); t.join(); } }\n""",
    "socket": """public class Main { public static void main(String[] a) throws Exception { new java.net.Socket("127.0.0.1", 80); } }\n""",
    "fork": """public class Main { public static void main(String[] a) throws Exception { Runtime.getRuntime().exec("/bin/true").waitFor(); } }\n""",
    "exec": None,
    "outside": """import java.io.*;
public class Main { public static void main(String[] a) throws IOException {
  try { new FileInputStream("/etc/passwd"); System.out.println("there"); }
  catch (FileNotFoundException e) { System.out.println(e.getMessage().contains("No such file") ? "none" : "refused"); } } }\n""",
}

NODE = {
    "hello": 'console.log("hello");\n',
    "sum": """let s = 0, rest = "";
process.stdin.on("data", d => { const l = (rest + d).split("\\n"); rest = l.pop(); for (const x of l) s += Number(x); });
process.stdin.on("end", () => console.log(s));\n""",
    "threads": """const { Worker, isMainThread, parentPort } = require("worker_threads");
if (isMainThread) { let n = 0, left = 2;
  for (let i = 0; i < 2; i++) new Worker(__filename).on("message", m => { n += m; if (--left == 0) console.log(n); });
} else parentPort.postMessage(5);\n""",
    "exception": 'throw new Error("went wrong");\n',
    "recursion": ("function depth(n) { return n == 0 ? 0 : 1 + depth(n - 1); }\nconsole.log(depth(100000));\n",
                  ["--stack-size=65000"]),
    "socket": 'require("net").connect(80, "127.0.0.1");\n',
    "fork": 'require("child_process").spawnSync("/bin/true", { stdio: "inherit" });\n',
    "exec": None,
    "outside": """try { require("fs").readFileSync("/etc/passwd"); console.log("there"); }
catch (e) { console.log(e.code == "ENOENT" ? "none" : "refused"); }\n""",
}

SH = {
    "hello": "echo hello\n",
    "sum": "s=0\nwhile read x; do s=$((s + x)); done\necho $s\n",
    "threads": None,
    "exception": "echo went wrong >&2\nexit 3\n",
    "recursion": None,
    "socket": None,
    "fork": "(true)\n",
    "exec": "exec /bin/true\n",
    "outside": 'test -e /etc/passwd && echo there || echo none\n',
}

AWK = {
    "hello": 'BEGIN { print "hello" }\n',
    "sum": '{ s += $1 } END { printf "%.0f\\n", s }\n',
    "threads": None,
    "exception": 'BEGIN { print "went wrong" > "/dev/stderr"; exit 3 }\n',
    "recursion": "function depth(n) { return n == 0 ? 0 : 1 + depth(n - 1) }\nBEGIN { print depth(200) }\n",
    "socket": None,
    "fork": 'BEGIN { system("true") }\n',
    "exec": None,
    "outside": 'BEGIN { print ((getline line < "/etc/passwd") < 0) ? "none" : "there" }\n',
}

USR = "/usr/bin/"
LANGUAGES = [
    Language("c", "native", [USR + "gcc"], ".c", ["{built}"], C, version=[USR + "gcc", "-dumpfullversion"],
             build=[USR + "gcc", "-O1", "-pthread", "-o", "{built}", "{source}"]),
    Language("c-static", "native", [USR + "gcc"], ".c", ["{built}"], C,
             build=[USR + "gcc", "-O1", "-static", "-pthread", "-o", "{built}", "{source}"]),
    Language("c++", "native", [USR + "g++"], ".cpp", ["{built}"], CPP, version=[USR + "g++", "-dumpfullversion"],
             build=[USR + "g++", "-O1", "-pthread", "-o", "{built}", "{source}"]),
    Language("go", "native", [USR + "go"], ".go", ["{built}"], GO, version=[USR + "go", "version"],
             build=[USR + "go", "build", "-o", "{built}", "{source}"]),
    Language("rust", "native", [USR + "rustc"], ".rs", ["{built}"], RUST, version=[USR + "rustc", "--version"],
             build=[USR + "rustc", "-A", "warnings", "-C", "opt-level=0", "-o", "{built}", "{source}"]),
    Language("ocaml", "native", [USR + "ocamlopt"], ".ml", ["{built}"], OCAML, without="needs its threads library",
             version=[USR + "ocamlopt", "-version"],
             build=[USR + "ocamlopt", "unix.cmxa", "-o", "{built}", "{source}"]),
    Language("haskell", "native", [USR + "ghc"], ".hs", ["{built}"], HASKELL, version=[USR + "ghc", "--version"],
             build=[USR + "ghc", "-v0", "-O1", "-threaded", "-package", "unix", "-package", "bytestring",
                    "-outputdir", "{directory}", "-o", "{built}", "{source}"]),
    Language("python", "python", [USR + "python3"], ".py", [USR + "python3", "{name}"], PYTHON,
             version=[USR + "python3", "--version"]),
    Language("java", "java", [USR + "java", USR + "javac"], ".java",
             [USR + "java", "-cp", ".", "Main"], JAVA, version=[USR + "java", "-version"],
             build=[USR + "javac", "-d", "{directory}", "{source}"], source_name="Main",
             without="the language has no exec of its own"),
    Language("node", "node", [USR + "node"], ".js", [USR + "node", "{name}"], NODE,
             version=[USR + "node", "--version"], without="the language has no exec of its own"),
    Language("perl", "script", [USR + "perl"], ".pl", [USR + "perl", "{name}"], PERL,
             version=[USR + "perl", "-e", "print $^V"]),
    Language("ruby", "script", [USR + "ruby"], ".rb", [USR + "ruby", "{name}"], RUBY,
             version=[USR + "ruby", "--version"]),
    Language("php", "script", [USR + "php"], ".php", [USR + "php", "{name}"], PHP,
             version=[USR + "php", "--version"], without="Debian's has no threads"),
    Language("lua", "script", [USR + "lua5.4"], ".lua", [USR + "lua5.4", "{name}"], LUA,
             version=[USR + "lua5.4", "-v"], without="the language has none"),
    Language("tcl", "script", [USR + "tclsh8.6"], ".tcl", [USR + "tclsh8.6", "{name}"], TCL,
             without="the base package has none"),
    Language("ocaml-script", "script", [USR + "ocaml"], ".ml", [USR + "ocamlrun", USR + "ocaml", "unix.cma", "{name}"],
             OCAML, without="needs its threads library"),
    Language("dash", "script", [USR + "dash"], ".sh", [USR + "dash", "{name}"], SH,
             without="the language has none"),
    Language("awk", "script", [USR + "mawk"], ".awk", [USR + "mawk", "-f", "{name}"], AWK,
             without="the language has none"),
]

OUTPUTS = {"hello": "hello", "sum": str(sum(NUMBERS)), "threads": "10", "outside": "none"}
DEPTHS = ("100000", "9000", "200")
REFUSED = {"socket": {"socket"}, "fork": {"clone", "fork", "vfork", "clone3", "pipe2"},
           "exec": {"execve", "clone", "vfork"}}
# Refused and named, but no end of the run: what the program makes of it is.
TOLD_ONLY = {("java", "socket")}
CASES = ["hello", "sum", "threads", "exception", "recursion", "socket", "fork", "exec", "outside"]


class Runner:
    def __init__(self, dualpipe, work, user):
        self.dualpipe, self.work, self.user = dualpipe, work, user
        self.built = {}
        self.count = 0

    def command(self, arguments, data=b"", env=None):
        options = {}
        if self.user == "nobody":
            options = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        return subprocess.run(arguments, input=data, capture_output=True, timeout=TIMEOUT, cwd=self.work,
                              env=env, check=False, **options)

    def run(self, policy, command, files=(), data=b"", options=()):
        """Returns the report, the output and the messages."""
        self.count += 1
        report = self.work / f"report-{self.user}-{self.count}.json"
        arguments = [str(self.dualpipe), "run", "-q", "-P", policy, "--report", str(report)]
        for file in files:
            arguments += ["--file", str(file)]
        done = self.command([*arguments, *options, "--", *command], data)
        if not report.exists():
            raise Failure(f"no report: {done.stderr.decode(errors='replace')}")
        return json.loads(report.read_text()), done.stdout.decode(errors="replace"), \
            done.stderr.decode(errors="replace")

    def build(self, language, case, source):
        """Compile on the host. Returns the folder, once for each program."""
        key = (language.name, case)
        if key in self.built:
            return self.built[key]
        folder = self.work / f"{language.name}-{case}"
        folder.mkdir()
        file = folder / (language.source_name + language.suffix)
        file.write_text(source)
        if language.build:
            words = {"built": folder / "program", "source": file, "directory": folder}
            command = [word.format(**words) for word in language.build]
            env = {"PATH": "/usr/bin:/bin", "HOME": str(self.work), "GOCACHE": str(self.work / "go"),
                   "GO111MODULE": "off", "CGO_ENABLED": "0", "GOFLAGS": "-p=2"}
            done = subprocess.run(command, capture_output=True, timeout=300, env=env, check=False)
            if done.returncode != 0:
                raise Failure(f"cannot be compiled: {done.stderr.decode()[-500:]}")
        for path in [folder, *folder.iterdir()]:
            path.chmod(0o755)
        self.built[key] = folder
        return folder


def check_case(runner, language, case):
    program = language.programs[case]
    if program is None:
        raise Skip(language.without)
    source, extra = program if isinstance(program, tuple) else (program, [])
    folder = runner.build(language, case, source)
    name = language.source_name + language.suffix
    command = [word.format(built=folder / "program", name=name) for word in language.run]
    command[1:1] = extra
    if language.build:
        files = sorted(folder.glob("*.class"))
    else:
        files = [folder / name]
    report, output, messages = runner.run(language.policy, command, files,
                                          INPUT if case == "sum" else b"", language.options)
    told = f"{report['verdict']}: {report['reason']}; refused {report['refused']}; error {report.get('error')};" \
           f" output {output[-200:]!r}; messages {messages[-600:]!r}"
    if case in REFUSED:
        verdict = "nonzero-exit" if (language.policy, case) in TOLD_ONLY else "violation"
        if report["verdict"] != verdict or (report["refused"] or {}).get("name") not in REFUSED[case]:
            raise Failure(told)
        return report["refused"].get("text") or report["refused"]["name"]
    if case == "exception":
        if report["verdict"] not in ("nonzero-exit", "signalled") or "went wrong" not in output + messages:
            raise Failure(told)
        return ""
    wanted = (OUTPUTS[case],) if case in OUTPUTS else DEPTHS
    if report["verdict"] != "ok" or output.strip() not in wanted:
        raise Failure(told)
    count = (report["refused"] or {}).get("count", 0)
    return f"{report['refused']['name']} refused {count} times on the way" if count else ""


def version_of(language):
    if not language.version:
        return ""
    done = subprocess.run(language.version, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip().split("\n")[0]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dualpipe", required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--user", choices=["root", "nobody"])
    parser.add_argument("--node", metavar="DIRECTORY", help="where Debian's nodejs is unpacked (dpkg-deb -x)")
    parser.add_argument("languages", nargs="*")
    arguments = parser.parse_args()
    users = ["root", "nobody"] if os.getuid() == 0 else ["self"]
    if arguments.user:
        users = [arguments.user]
    counts = {"passed": 0, "failed": 0, "skipped": 0}

    def tell(word, name, why=""):
        counts[word] += 1
        print(f"{word:7} {name}{': ' if why else ''}{why}", flush=True)

    with tempfile.TemporaryDirectory(prefix="dualpipe-runtimes-") as folder:
        work = pathlib.Path(folder)
        work.chmod(0o777)
        dualpipe = work / "dualpipe"
        shutil.copy(arguments.dualpipe, dualpipe)
        dualpipe.chmod(0o755)
        built = {}
        unpacked = [unpacked_node(arguments.node)] if arguments.node else []
        for language in LANGUAGES + unpacked + EXTRA:
            if arguments.languages and language.name not in arguments.languages:
                continue
            missing = [path for path in language.needs if not os.path.exists(path)]
            if missing:
                tell("skipped", language.name, f"{missing[0]} is not installed")
                continue
            print(f"        {language.name}, policy {language.policy}: {version_of(language)}", flush=True)
            for user in users:
                runner = Runner(dualpipe, work, user)
                runner.built = built
                for case in language.programs:
                    name = f"{language.name} {case} ({user})"
                    if arguments.only not in name:
                        continue
                    try:
                        check = language.check if isinstance(language, Tool) else check_case
                        tell("passed", name, check(runner, language, case))
                    except Skip as skip:
                        tell("skipped", name, str(skip))
                    except (Failure, subprocess.TimeoutExpired) as failure:
                        tell("failed", name, str(failure))
    print("{passed} passed, {failed} failed, {skipped} skipped".format(**counts))
    return 1 if counts["failed"] else 0


def unpacked_node(directory):
    """Another Node.js than the one in /usr/bin, shown where it was unpacked."""
    directory = os.path.abspath(directory)
    program = directory + "/usr/bin/node"
    libraries = directory + "/usr/lib/x86_64-linux-gnu"
    return Language("node-unpacked", "node", [program], ".js", [program, "{name}"], NODE,
                    version=["/usr/bin/env", f"LD_LIBRARY_PATH={libraries}", program, "--version"],
                    without="the language has no exec of its own",
                    options=["--bind", directory, "--bind", f"{directory}/usr/share/nodejs:/usr/share/nodejs", "--env", f"LD_LIBRARY_PATH={libraries}"])


class Tool:
    """Checks of a policy for tools: each a function of the runner."""

    def __init__(self, name, policy, needs, cases, version=None):
        self.name, self.policy, self.needs, self.version = name, policy, needs, version
        self.programs = {function.__name__.replace("_", " "): function for function in cases}

    def check(self, runner, _, case):
        return self.programs[case](runner) or ""


def expect(result, verdict, output=None, refused=None):
    report, got, messages = result
    told = f"{report['verdict']}: {report['reason']}; refused {report['refused']}; output {got[-200:]!r}; " \
           f"messages {messages[-600:]!r}"
    if report["verdict"] != verdict or (output is not None and got.strip() != output):
        raise Failure(told)
    if refused and (report["refused"] or {}).get("name") != refused:
        raise Failure(told)
    return report


def compiles(runner, compiler, suffix, source, options=()):
    """In the box, with all passes; the result runs under native."""
    folder = pathlib.Path(tempfile.mkdtemp(dir=runner.work))
    folder.chmod(0o777)
    file = folder / ("source" + suffix)
    file.write_text(source)
    file.chmod(0o644)
    built = folder / "built"
    report = expect(runner.run("compile", [USR + compiler, "-o", "built", *options, file.name], [file], b"",
                               ["--collect", f"built:{built}"]), "ok", "")
    if report["exec"] != "free":
        raise Failure(f"exec is {report['exec']}")
    if report["refused"]:
        raise Failure(f"refused: {report['refused']}")
    runner.command(["/bin/chmod", "755", str(built)])
    expect(runner.run("native", [str(built)]), "ok", "hello")


def gcc_compiles_and_links(runner):
    compiles(runner, "gcc", ".c", C["hello"], ["-O2", "-g", "-Wall"])


def gcc_links_statically(runner):
    compiles(runner, "gcc", ".c", C["hello"], ["-static"])


def gxx_compiles_the_whole_library(runner):
    compiles(runner, "g++", ".cpp", "#include <bits/stdc++.h>\n" + CPP["hello"], ["-std=c++20", "-O2"])


def gcc_tells_an_error(runner):
    file = runner.work / "wrong.c"
    file.write_text("int main(void) { return x; }\n")
    file.chmod(0o644)
    report = runner.run("compile", [USR + "gcc", "wrong.c"], [file])
    expect(report, "nonzero-exit", "")
    if "'x' undeclared" not in report[2] and "‘x’ undeclared" not in report[2]:
        raise Failure(report[2])


def a_header_outside_does_not_exist(runner):
    file = runner.work / "peek.c"
    file.write_text('#include "/etc/passwd"\n')
    file.chmod(0o644)
    report = runner.run("compile", [USR + "gcc", "peek.c"], [file])
    expect(report, "nonzero-exit", "")
    if "No such file" not in report[2]:
        raise Failure(report[2])


def what_was_compiled_cannot_be_run(runner):
    file = runner.work / "made.c"
    file.write_text(C["hello"])
    file.chmod(0o644)
    expect(runner.run("compile", [USR + "dash", "-c", "gcc made.c && ./a.out || echo refused"], [file]),
           "ok", "refused")


def compile_has_no_sockets(runner):
    expect(runner.run("compile", [USR + "perl", "-e", PERL["socket"]]), "violation", refused="socket")


def shell_line(runner, line, verdict="ok", output=None, refused=None, options=()):
    return expect(runner.run("shell", ["/bin/bash", "-c", line], options=options), verdict, output, refused)


def shell_runs_tools_in_pipes(runner):
    report = shell_line(runner, "seq 5 | sort -r | head -1 | tr 5 x; wait", output="x")
    if report["exec"] != "free":
        raise Failure(f"exec is {report['exec']}")


def shell_keeps_files_in_its_box(runner):
    shell_line(runner, "mkdir a; cp /bin/true a/t; ln -s a b; chmod 700 a; b/t && tar cf c.tar a && rm -r a &&"
                       " tar xf c.tar && find a -type f; touch /usr/x 2>/dev/null || echo no", output="a/t\nno")


def shell_has_background_jobs_and_signals(runner):
    shell_line(runner, "sleep 100 & kill $!; wait $!; echo $?", output="143")


def shell_starts_python_and_its_children(runner):
    shell_line(runner, "python3 -c 'import subprocess; "
                       "print(subprocess.run([\"echo\", \"hi\"], capture_output=True).stdout.decode())'",
               output="hi")


def shell_counts_the_time_of_children(runner):
    report = shell_line(runner, "for i in 1 2; do python3 -c 'for i in range(3000000): pass'; done")
    if report["cpu_us"] < 50000:
        raise Failure(f"cpu_us is {report['cpu_us']}")


def shell_has_no_network(runner):
    report = shell_line(runner, "exec 3<>/dev/tcp/127.0.0.1/80 || echo no", output="no", refused="socket")
    return f"{report['refused']['name']} refused, the shell goes on"


def shell_gets_no_namespace(runner):
    shell_line(runner, "unshare -Ur true; echo gone on", "violation", refused="unshare")


def shell_traces_no_one(runner):
    shell_line(runner, "perl -e 'syscall 101, 0, 0, 0, 0'", "violation", refused="ptrace")


def shell_sees_nothing_of_the_host(runner):
    shell_line(runner, "cat /etc/passwd /etc/shadow /root/.bashrc 2>/dev/null; ls /home /proc/1/cwd 2>/dev/null; echo $USER",
               output="")


def shell_holds_a_fork_bomb(runner):
    runner.run("shell", ["/bin/bash", "-c", "f() { f | f & }; f; sleep 1"],
               options=["--wall", "3", "--processes", "40", "--output", "64K"])


EXTRA = [
    Tool("gcc in the box", "compile", [USR + "gcc", USR + "g++"],
         [gcc_compiles_and_links, gcc_links_statically, gxx_compiles_the_whole_library, gcc_tells_an_error,
          a_header_outside_does_not_exist, what_was_compiled_cannot_be_run, compile_has_no_sockets]),
    Tool("bash and tools", "shell", ["/bin/bash"],
         [shell_runs_tools_in_pipes, shell_keeps_files_in_its_box, shell_has_background_jobs_and_signals,
          shell_starts_python_and_its_children, shell_counts_the_time_of_children, shell_has_no_network,
          shell_gets_no_namespace, shell_traces_no_one, shell_sees_nothing_of_the_host, shell_holds_a_fork_bomb]),
]

if __name__ == "__main__":
    sys.exit(main())
