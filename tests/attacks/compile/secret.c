/* SPDX-License-Identifier: MIT */
/* tries: to have a compiler print a secret of the host, as an error message.
 * stopped by: mount-namespace, landlock
 * policy: compile
 * command: gcc -DSECRET="{secret}" -c {name} -o out.o
 * right: nonzero-exit
 */
#define TEXT(name) #name
#define QUOTED(name) TEXT(name)
#include QUOTED(SECRET)
