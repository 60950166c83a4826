/* SPDX-License-Identifier: MIT */
/* tries: to learn where on the host its program lies.
 * stopped by: execution by descriptor, mount-namespace
 * arguments: {place}
 * right: ok
 * raw: no: a program that is started by its path knows it
 */
#include "../attack.h"
#include <sys/auxv.h>

static int attack(int argc, char **argv)
{
    const char *name = (const char *)getauxval(AT_EXECFN);
    char path[4096] = "";

    if (argc < 1)
        return 1;
    if (name && strstr(name, argv[0]))
        escaped("AT_EXECFN is %s", name);
    if (readlink("/proc/self/exe", path, sizeof(path) - 1) > 0 && strstr(path, argv[0]))
        escaped("/proc/self/exe is %s", path);
    return held("readlink");
}
