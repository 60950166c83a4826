/* SPDX-License-Identifier: MIT */
/* tries: to keep data in extended attributes, on its own files and on those that it is shown.
 * stopped by: seccomp, the file systems of the box, landlock
 * options: --bind {victim-file}:/shown --on-refusal errno
 * arguments: {victim-file}
 * right: ok
 */
#include "../attack.h"
#include <sys/xattr.h>

static int attack(int argc, char **argv)
{
    if (setxattr("/shown", "user.attack", mark, strlen(mark), 0) == 0 ||
        (argc > 0 && setxattr(argv[0], "user.attack", mark, strlen(mark), 0) == 0))
        escaped("an attribute is set");
    return held("setxattr");
}
