# SPDX-License-Identifier: MIT
# tries: to run what was compiled, where only compiling is asked for.
# stopped by: landlock, mount-namespace (/box is noexec)
# policy: compile
# command: sh {name}
# right: ok, nonzero-exit
echo 'int puts(const char *); int main(void) { puts("ESCAPED: what was made ran"); return 0; }' >made.c
gcc made.c -o made || exit 1
./made
exit 0
