# SPDX-License-Identifier: MIT
"""One attack, as the comment at the top of its file tells it."""
import pathlib
import re
import shlex

FAMILIES = ("time", "memory", "output", "processes", "files", "network-ipc", "kernel", "forging",
            "compile", "interpreters", "runner")
LAYERS = ("user-namespace", "pid-namespace", "mount-namespace", "network-namespace",
          "ipc-namespace", "uts-namespace", "cgroup-namespace", "capabilities",
          "no-new-privileges", "seccomp", "landlock", "rlimits", "cgroup", "descriptors")
VERDICTS = ("ok", "nonzero-exit", "signalled", "time-limit", "wall-limit", "memory-limit",
            "output-limit", "violation", "cancelled", "internal-error")
KEYS = {"tries", "stopped by", "kind", "policy", "build", "options", "arguments", "command",
        "descriptors", "right", "refused", "prints", "prints sha256", "output at most",
        "output at least", "memory peak at most", "cpu at most", "host", "raw", "safe"}
INTERPRETERS = {".py": "python3", ".sh": "sh", ".pl": "perl", ".rb": "ruby", ".js": "node"}
LINE = re.compile(r"(?:/\*| \*|#) ([a-z][a-z0-9 -]*): (.*)")
MORE = re.compile(r"(?: \*|#) {3,}(\S.*)")


class Malformed(Exception):
    pass


def read_keys(path):
    """The keys of the comment that the file begins with."""
    keys, last = {}, None
    with open(path, encoding="utf-8") as file:
        for line in file:
            line = line.rstrip("\n").removesuffix(" */")
            found, more = LINE.fullmatch(line), MORE.fullmatch(line)
            if found and found.group(1) in KEYS:
                last = found.group(1)
                if last in keys:
                    raise Malformed(f"{path}: {last} is said twice")
                keys[last] = found.group(2).strip()
            elif more and last:
                keys[last] += " " + more.group(1)
            elif not line.startswith(("/*", " *", "#")) or line == " */":
                break
            elif found and "SPDX" not in line:
                raise Malformed(f"{path}: there is no key '{found.group(1)}'")
    return keys


def split_right(path, text):
    """'signalled=9, ok' as pairs of verdict and detail."""
    pairs = []
    for word in text.split(","):
        verdict, _, detail = word.strip().partition("=")
        if verdict not in VERDICTS:
            raise Malformed(f"{path}: no such verdict: {verdict}")
        pairs.append((verdict, detail))
    return pairs


class Case:
    """What to run, and what is right."""

    def __init__(self, path):
        keys = read_keys(path)
        self.path, self.keys = path, keys
        self.family, self.name = path.parent.name, path.stem
        self.title = f"{self.family}/{self.name}"
        for key in ("tries", "stopped by"):
            if not keys.get(key):
                raise Malformed(f"{path}: the key '{key}' is missing")
        self.is_neighbour = keys.get("kind") == "neighbour"
        self.is_host_script = self.family == "runner"
        self.right = [] if self.is_host_script else split_right(path, keys.get("right", ""))
        self.is_file = "command" in keys or path.suffix in INTERPRETERS
        self.is_built = not self.is_file and not self.is_host_script
        self.build = keys.get("build", "dynamic")
        self.layers = [layer for layer in LAYERS
                       if re.search(rf"\b{layer}\b", keys["stopped by"])]
        self.raw = keys.get("raw", "yes")
        self.why_unsafe = keys.get("safe", "").removeprefix("no:").strip()
        if self.raw == "vm":
            self.why_unsafe = "it would reach the whole machine"

    def words(self, key, plants):
        """A key's words, with what is planted put in."""
        return [fill(word, plants) for word in shlex.split(self.keys.get(key, ""))]

    def interpreter(self):
        """The program that must be installed for it, or None."""
        if "command" in self.keys:
            return self.keys["command"].split()[0]
        return INTERPRETERS.get(self.path.suffix)

    def command(self, plants, programs):
        """The words of its command line, the mark included where programs take it."""
        plants = dict(plants, name=self.path.name)
        if "command" in self.keys:
            return self.words("command", plants)
        if self.is_file:
            return [self.interpreter(), self.path.name, *self.words("arguments", plants)]
        return [str(programs / self.family / self.name), plants["mark"],
                *self.words("arguments", plants)]


def fill(word, plants):
    def value(found):
        if found.group(1) not in plants:
            raise Malformed(f"nothing is planted as {{{found.group(1)}}}")
        return str(plants[found.group(1)])
    return re.sub(r"\{([a-z-]+)\}", value, word)


def read_all(directory, only=""):
    """All cases, in the order of the families."""
    cases, titles = [], set()
    wanted = [word for word in only.split(",") if word]
    for family in FAMILIES:
        for path in sorted((pathlib.Path(directory) / family).iterdir()):
            if path.suffix in (".c", ".cc", ".S", *INTERPRETERS):
                case = Case(path)
                if case.title in titles:
                    raise Malformed(f"{path}: there is another {case.title}")
                titles.add(case.title)
                if not wanted or any(word in case.title for word in wanted):
                    cases.append(case)
    return cases
