# SPDX-License-Identifier: MIT
# tries: to write outside of where a package is unpacked, or to show files of the host as cases:
#     by names that lead out, absolute ones, links, and members that come twice.
# stopped by: every name is checked and used beneath a descriptor; links are not taken
import pathlib
import stat
import zipfile

from host_script import MARK, PLACE, check, escaped, judge

OUT = pathlib.Path("/tmp") / f"{MARK}-out"
submission = pathlib.Path("echo.py")
submission.write_text("print(input())")


def link(name, target):
    member = zipfile.ZipInfo(name)
    member.create_system = 3
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    return member, str(target)


good = [("p/1.in", "1\n"), ("p/1.ans", "1\n")]
archives = {
    "up": [*good, (f"p/../../../../../../../../tmp/{MARK}-out", "x")],
    "absolute": [*good, (str(OUT), "x")],
    "link": [*good, link("p/2.in", PLACE / "secret"), link("p/2.ans", PLACE / "secret")],
    "through": [*good, link("p/d", "/tmp"), (f"p/d/{MARK}-out", "x")],
    "back": [*good, (f"p\\..\\..\\{MARK}-out", "x")],
    "twice": [*good, ("p/1.ans", "2\n"), ("p/1.ans/x", "x")],
    "line": [*good, ("p/2\n.in", "x"), ("p/\x1b[31m.ans", "x"), ("p/" + "n" * 300, "x")],
}
for name, members in archives.items():
    path = pathlib.Path(f"{name}.zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, text in members:
            archive.writestr(member, text)
    report, done = judge(path, submission)
    path.unlink()
    if OUT.exists() or pathlib.Path(f"{MARK}-out").exists():
        escaped(f"{name}: a file was written outside")
    if f"the-secret-of-{MARK}".encode() in done.output + done.messages:
        escaped(f"{name}: the secret was read")
    check(done.status == 2 or name == "line", f"{name}: {done}")
submission.unlink()
