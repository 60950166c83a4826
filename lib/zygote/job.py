# SPDX-License-Identifier: MIT
"""What a warm interpreter does for a job, beside running it (see python.c).

Run once, in names of its own, when all modules of the policy are there. What it
defines is called in the forks: begin() with the job's words, finish() when the
program is over. The program sees none of it: no frame, no module, no name.
"""

import atexit
import gc
import io
import os
import sys
import weakref

OPTIONS = len(sys.orig_argv) - 2 if hasattr(sys, "orig_argv") else 1  # less `-c pass`
READ_AT_START = {bytes(name): bytes(value) for name, value in os.environb.items()}
STREAMS = {name: (getattr(sys, name).encoding, getattr(sys, name).errors)
           for name in ("stdin", "stdout", "stderr")}
UNBUFFERED = sys.stdout.write_through


def open_stream(name, number, mode):
    """As the interpreter itself does at its start."""
    encoding, errors = STREAMS[name]
    buffer = io.open(number, mode + "b", 0 if UNBUFFERED and mode == "w" else -1, closefd=False)
    getattr(buffer, "raw", buffer).name = "<" + name + ">"
    stream = io.TextIOWrapper(buffer, encoding, errors, "\n", name == "stderr" and not UNBUFFERED,
                              UNBUFFERED)
    stream.mode = mode
    setattr(sys, name, stream)
    setattr(sys, "__" + name + "__", stream)


def open_streams():
    open_stream("stdin", 0, "r")
    open_stream("stdout", 1, "w")
    open_stream("stderr", 2, "w")


def take_environment(variables):
    """A job's are the policy's and more; what the interpreter itself has set stays."""
    for name, value in variables.items():
        if READ_AT_START.get(name) != value:
            os.environb[name] = value


def reseed():
    """random sees to itself; numpy's generator was seeded when it was imported."""
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed()


def settle():
    """In a new fork, before there is a job. A page that is written to is copied:
    those that each job writes to are, here, while nobody waits for it."""
    reseed()
    open_streams()
    exec(compile("import sys\nsys.argv\n", "<dualpipe>", "exec"), {"__name__": "dualpipe"})
    gc.collect()


def is_isolated():
    return bool(sys.flags.isolated or getattr(sys.flags, "safe_path", False))


def begin_file(path):
    """What is run: a file, or a directory or archive with a __main__ in it."""
    is_absolute = os.path.isabs(path) or sys.version_info < (3, 9)
    whole = path if is_absolute else os.getcwd() + "/" + path
    if not os.path.isfile(whole) or whole.endswith((".pyc", ".zip", ".pyz")):
        for hook in sys.path_hooks:
            try:
                hook(whole)
            except ImportError:
                continue
            sys.path.insert(0, whole)
            return "package", whole
    if not is_isolated():
        sys.path.insert(0, os.path.dirname(os.path.realpath(path)))
    from importlib.machinery import SourceFileLoader
    names = sys.modules["__main__"].__dict__
    names["__file__"] = whole
    names["__cached__"] = None
    names["__loader__"] = SourceFileLoader("__main__", whole)
    return "file", whole


def begin(words, variables):
    """Returns what to run, and its kind."""
    take_environment(variables)
    open_streams()
    if hasattr(sys, "orig_argv"):
        sys.orig_argv = list(words)
    words = words[OPTIONS:]
    if words[0] != "-c":
        sys.argv = words
        return begin_file(words[0])
    sys.argv = ["-c"] + words[2:]
    if not is_isolated():
        sys.path.insert(0, "")
    return "code", words[1] + "\n"


def clear(module):
    """As the interpreter clears modules at its end: own names first."""
    names = vars(module)
    for is_own in (True, False):
        for name in list(names):
            starts_so = name[:1] == "_" and name[1:2] != "_"
            if (starts_so if is_own else name != "__builtins__"):
                names[name] = None


def names_of_own():
    """What the program has imported, the last one first, and the program. To look at
    a module is to write to its memory, which would have to be copied: the new ones
    stand behind the old ones."""
    names = []
    for name in reversed(sys.modules):
        if MODULES.get(name) is not sys.modules[name]:
            names.append(name)
        elif name == LAST:
            break
    return names + ["__main__"] if "__main__" in sys.modules else names


def drop_modules():
    """End what the program has made, and leave what was there before it: the
    kernel takes that away at once."""
    sys.stdin, sys.stdout, sys.stderr = sys.__stdin__, sys.__stdout__, sys.__stderr__
    loaded = []
    for name in names_of_own():
        try:
            loaded.append(weakref.ref(sys.modules[name]))
        except TypeError:
            pass
        del sys.modules[name]
    gc.collect()
    for reference in loaded:
        module = reference()
        if module is not None and hasattr(module, "__dict__"):
            clear(module)
        module = None
    gc.collect()


def wait_for_threads():
    threading = sys.modules.get("threading")
    if threading is not None:
        threading._shutdown()


def is_open(stream):
    return int(stream is not None and not getattr(stream, "closed", False))


def run_exit_functions():
    atexit._run_exitfuncs()


def exit_code(leaving):
    """Of a SystemExit; -1: it is a message."""
    code = leaving.code
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 255
    if sys.stderr is not None:
        sys.stderr.write(str(code) + "\n")
    return 1


def run_package(path):
    import runpy
    runpy._run_module_as_main("__main__", False)


MODULES = dict(sys.modules)
LAST = list(sys.modules)[-1]
gc.collect()
gc.freeze()
