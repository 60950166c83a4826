/* SPDX-License-Identifier: MIT */
/* victim.c - a process of the host, for attacks to harm: it has the secret in
 * memory, in its environment and behind a descriptor, and tells of every signal. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char secret[256];

static void tell(int number)
{
    const char text[3] = {'s', (char)number, '\n'};

    if (write(1, text, sizeof(text)) < 0)
        _exit(1);
}

int main(int argc, char **argv)
{
    const char *from = getenv("SECRET");

    if (argc != 2 || !from || strlen(from) >= sizeof(secret))
        return 2;
    strcpy(secret, from);
    if (open(argv[1], O_RDONLY) < 0)
        return 3;
    for (int number = 1; number < 65; number++)
        signal(number, tell);
    printf("%p\n", (void *)secret);
    fflush(stdout);
    for (;;)
        pause();
}
