/* SPDX-License-Identifier: MIT */
/* tries: nothing but names that hurt whoever prints or removes them, in its own directory.
 * kind: neighbour
 * stopped by: nothing
 * right: ok
 * prints: made 6
 * host: nothing left
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    static const char *const names[] = {"a\nb", "\033[2J", "\xff\xfe", "-rf", " ", "*"};
    int made = 0;

    (void)argc;
    (void)argv;
    for (int i = 0; i < 6; i++) {
        const int fd = open(names[i], O_CREAT | O_WRONLY, 0);

        made += fd >= 0;
        close(fd);
    }
    printf("made %d\n", made);
    return 0;
}
