/* SPDX-License-Identifier: MIT */
/* tries: to put a secret of the host into what is compiled, by the assembler.
 * stopped by: mount-namespace, landlock
 * policy: compile
 * command: gcc -c {name} -Wa,-I,/ -DSECRET="{secret}" -o out.o
 * right: nonzero-exit
 */
#define TEXT(name) #name
#define QUOTED(name) TEXT(name)
__asm__(".incbin \"" QUOTED(SECRET) "\"");
