/* SPDX-License-Identifier: MIT */
/* tries: to change a call's memory while the supervisor decides about it.
 * stopped by: the supervisor decides by registers alone, and lets nothing go on that has pointers
 * arguments: {secret}
 * options: -p 8 -w 20 --on-refusal errno
 * right: ok, violation
 * raw: no: there is no supervisor
 */
#include "../attack.h"

static char path[4096];
static volatile bool is_over;

static void *change(void *argument)
{
    while (!is_over) {
        strcpy(path, "/dev/null");
        strcpy(path, argument);
    }
    return NULL;
}

static int attack(int argc, char **argv)
{
    char *nothing[] = {NULL};
    pthread_t thread;

    if (argc < 1 || pthread_create(&thread, NULL, change, argv[0]) != 0)
        return 1;
    for (int i = 0; i < 2000; i++) {
        syscall(SYS_execve, path, nothing, nothing);
        look_for_secret(open(path, O_RDONLY), "a race");
    }
    is_over = true;
    pthread_join(thread, NULL);
    return held("execve");
}
