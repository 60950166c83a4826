/* SPDX-License-Identifier: MIT */
/* tries: to have the compiler's driver start a program that was handed in.
 * stopped by: landlock, mount-namespace (/box is noexec)
 * policy: compile
 * command: gcc -wrapper ./{name} -c {name} -o out.o
 * right: nonzero-exit
 * raw: no: it needs a file with the x bit; see made-program
 */
#!/bin/sh
echo ESCAPED: the wrapper ran
