#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs a command on a host where nobody has a subordinate range of uids and gids.

second_uid.py [--nobody] COMMAND [ARGUMENT...]

That is: in a mount namespace of its own, with other contents of /etc/subuid and
/etc/subgid; the machine's own files stay as they are. --nobody: as that user. The
command finds DUALPIPE_TEST_SECOND_UID in its environment, and then need not skip what
takes a second uid. Where none can be had (no root, no package uidmap), the reason is
printed and the command is run all the same, without that word.
"""
import os
import shutil
import sys
import tempfile

NOBODY = 65534
RANGE = "# a line that is none\nnobody:7\nnobody:200000:65536\n"
UIDS, GIDS = "/etc/subuid", "/etc/subgid"
NEWUIDMAP, NEWGIDMAP = "/usr/bin/newuidmap", "/usr/bin/newgidmap"
WORD = "DUALPIPE_TEST_SECOND_UID"
# In the new namespace: pairs of files, the first put over the second, up to "--".
SCRIPT = 'while [ "$1" != -- ]; do mount --bind "$1" "$2" && rm "$1" && shift 2 || exit 1; done; ' \
         'shift; exec "$@"'


def why_not():
    """Why nobody can have no range here; None: it can."""
    if os.geteuid() != 0:
        return "only root can give nobody a range"
    if not all(os.access(name, os.X_OK) for name in (NEWUIDMAP, NEWGIDMAP)):
        return "there is no newuidmap: apt-get install uidmap"
    missing = [name for name in (UIDS, GIDS) if not os.path.exists(name)]
    return f"there is no {missing[0]} to put another one over" if missing else None


def as_nobody(words):
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--", *words]


def with_files(words, files):
    """The command, where these paths have other contents: programs, where they had been."""
    pairs = []
    for path, text in files.items():
        with tempfile.NamedTemporaryFile("w", prefix="second-uid-", delete=False) as file:
            file.write(text)
        os.chmod(file.name, os.stat(path).st_mode & 0o777)
        pairs += [file.name, path]
    return ["unshare", "--mount", "--", "sh", "-c", SCRIPT, "sh", *pairs, "--", *words]


def main(words):
    is_for_nobody = words[:1] == ["--nobody"]
    command = words[is_for_nobody:]
    if not command:
        sys.exit(__doc__)
    if is_for_nobody and os.geteuid() == 0:
        command = as_nobody(command)
    reason = why_not()
    if reason:
        print(f"without a second uid for nobody: {reason}", flush=True)
    else:
        os.environ[WORD] = "1"
        command = with_files(command, {UIDS: RANGE, GIDS: RANGE})
    os.execv(shutil.which(command[0]), command)


if __name__ == "__main__":
    main(sys.argv[1:])
