# SPDX-License-Identifier: MIT
# tries: to reach the host by what a compile step leaves to be taken over: links to a secret and
#     out of the box, FIFOs, names with line ends, trees that are deep, wide or closed.
# stopped by: only directories and regular files are made anew, beneath a descriptor, in bounds
import pathlib

from host_script import MARK, PLACE, batch, check, escaped

SECRET = PLACE / "secret"
RUN = "cat s/* l a/b/c/d h f 2>/dev/null; ls -R . | head -50; readlink -f l"


def job(script):
    return {"argv": ["sh", "-c", RUN], "policy": "shell", "wall": 10,
            "compile": {"argv": ["sh", "-c", script], "policy": "shell", "wall": 10}}


results = batch([
    job(f"ln -s {SECRET} l; mkdir s; ln -s {SECRET} s/x; ln -s {PLACE} a; ln -s / s/root"),
    job("mkfifo f; mkfifo s; ln -s /proc/self/fd/0 h; ln -s l l"),
    job("mkdir -p a/b; ln -s ../../../../../../../../etc/passwd a/b/c; "
        "touch \"$(printf 'new\\nline')\" ' ' -- -rf '*' ; chmod 0 a"),
    job("d=.; i=0; while [ $i -lt 60 ]; do d=$d/d; mkdir $d || break; i=$((i+1)); done"),
    job("i=0; while [ $i -lt 5000 ]; do : >n$i || exit 0; i=$((i+1)); done"),
    job("printf x >big; truncate -s 100G big 2>/dev/null; dd if=/dev/null of=big bs=1 seek=40G"),
    job("mkdir x; cd x; rmdir ../x; : >gone; mkdir -p /tmp/y; ln -s /tmp/y ../y"),
    job(f"echo harmless >{MARK}; ln {MARK} second; chmod 4755 second"),
], "-j", "1")
for number, result in enumerate(results):
    text = (result["stdout"] or "") + (result["stderr"] or "")
    if "root:" in text or str(PLACE) in text:
        escaped(f"job {number} reached out: {text[:300]}")
    check(result["verdict"] in ("ok", "nonzero-exit", "compile-error"),
          f"job {number}: {result['verdict']}: {result['reason']} {result['error']}")
check(pathlib.Path(SECRET).read_text(encoding="ascii").startswith("the-secret"), "it is changed")
