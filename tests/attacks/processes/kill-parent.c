/* SPDX-License-Identifier: MIT */
/* tries: to kill its parent and process 1 of the box, so that nobody tells how it ended.
 * stopped by: pid-namespace (process 1 takes no signal from inside)
 * right: ok
 * host: victim unharmed
 * raw: no: it shows no harm of its own; the verdict after it is the proof
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    for (int number = 1; number < 65; number++) {
        kill(1, number);
        if (getppid() > 0)
            kill(getppid(), number);
    }
    return 0;
}
