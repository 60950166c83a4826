#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Is what was installed under another prefix found there by pkg-config, and of use?

install_test.py CMAKE BUILD_DIR CC
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

CMAKE, BUILD, CC = sys.argv.pop(1), sys.argv.pop(1), sys.argv.pop(1)
PROGRAM = """
#include <dualpipe.h>
#include <stdio.h>

int main(void)
{
    return puts(dualpipe_layer_name(DUALPIPE_LAYER_SECCOMP)) < 0;
}
"""


def succeed(*command, **variables):
    run = subprocess.run(command, env={**os.environ, **variables}, timeout=100, text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if run.returncode != 0:
        raise AssertionError(f"{command}: status {run.returncode}: {run.stdout}")
    return run.stdout


class Install(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="dualpipe-install-")
        self.addCleanup(scratch.cleanup)
        self.scratch = pathlib.Path(scratch.name)

    def pkg_config(self, root, *words):
        found = next(root.rglob("dualpipe.pc"))
        return succeed("pkg-config", *words, "dualpipe",
                       PKG_CONFIG_LIBDIR=f"{found.parent}:{self.system_path()}").split()

    @staticmethod
    def system_path():
        return succeed("pkg-config", "--variable", "pc_path", "pkg-config").strip()

    def test_is_found_under_the_prefix_it_was_installed_to(self):
        prefix = self.scratch / "prefix"
        succeed(CMAKE, "--install", BUILD, "--prefix", prefix)
        flags = self.pkg_config(prefix, "--cflags", "--libs")
        source = self.scratch / "program.c"
        source.write_text(PROGRAM, encoding="ascii")
        libraries = self.pkg_config(prefix, "--variable", "libdir")[0]
        self.assertTrue(libraries.startswith(str(prefix)), libraries)
        succeed(CC, source, "-o", self.scratch / "program", *flags)
        self.assertEqual(succeed(self.scratch / "program", LD_LIBRARY_PATH=libraries), "seccomp\n")

    def test_names_the_final_prefix_where_it_is_only_staged(self):
        succeed(CMAKE, "--install", BUILD, "--prefix", "/opt/dualpipe", DESTDIR=str(self.scratch))
        self.assertEqual(self.pkg_config(self.scratch, "--variable", "prefix"), ["/opt/dualpipe"])
        self.assertTrue((self.scratch / "opt/dualpipe/include/dualpipe.h").is_file())


if __name__ == "__main__":
    unittest.main()
