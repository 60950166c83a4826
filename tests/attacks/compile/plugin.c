/* SPDX-License-Identifier: MIT */
/* tries: to have the compiler load a library that was handed in.
 * stopped by: nothing but the box: a compiler's own flags are trusted; a plugin is code in the box
 * policy: compile
 * command: gcc -fplugin=./{name} -c {name} -o out.o
 * right: nonzero-exit
 * raw: no: it is no library; what it could do, other attacks do
 */
int plugin_is_GPL_compatible;
