/* SPDX-License-Identifier: MIT */
/* talk.c - targets for the tests of the streams: each treats its pipes in a way
 * of its own. */
#include "command.h"

#include <signal.h>
#include <unistd.h>

static void put(int fd, const void *data, size_t size)
{
    const char *bytes = data;

    while (size > 0) {
        const ssize_t written = write(fd, bytes, size);

        if (written < 0)
            _exit(121);
        bytes += written;
        size -= (size_t)written;
    }
}

static void say(const char *text)
{
    put(1, text, strlen(text));
}

static void wait_for_ever(void)
{
    for (;;)
        pause();
}

static int echo(int argc, char **argv)
{
    static char piece[65536];
    ssize_t got;

    (void)argc;
    (void)argv;
    while ((got = read(0, piece, sizeof(piece))) > 0)
        put(1, piece, (size_t)got);
    return got == 0 ? 0 : 1;
}

/* Reads to the end, and only then speaks. */
static int count(int argc, char **argv)
{
    static char piece[65536];
    char text[64];
    long bytes = 0;
    ssize_t got;

    (void)argc;
    (void)argv;
    while ((got = read(0, piece, sizeof(piece))) > 0)
        bytes += got;
    snprintf(text, sizeof(text), "%ld\n", bytes);
    say(text);
    return 0;
}

static int silent(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    wait_for_ever();
    return 0;
}

/* Ignores all that can be ignored. */
static int stubborn(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_IGN);
    say("ready\n");
    wait_for_ever();
    return 0;
}

/* Says that it is there, and never reads. */
static int deaf(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    say("ready\n");
    wait_for_ever();
    return 0;
}

static int no_input(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    close(0);
    say("closed\n");
    wait_for_ever();
    return 0;
}

static int no_pipes(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    close(0);
    close(1);
    close(2);
    wait_for_ever();
    return 0;
}

/* flood FD [BYTES]: for ever where no number is given. */
static int flood(int argc, char **argv)
{
    static char piece[65536];
    const int fd = (int)number_of(argc, argv, 1, 1);
    long left = number_of(argc, argv, 2, -1);

    memset(piece, 'x', sizeof(piece));
    while (left != 0) {
        const size_t size = left > 0 && left < (long)sizeof(piece) ? (size_t)left : sizeof(piece);

        put(fd, piece, size);
        if (left > 0)
            left -= (long)size;
    }
    return 0;
}

/* alternate [PAIRS]: one byte to each output in turn. */
static int alternate(int argc, char **argv)
{
    long left = number_of(argc, argv, 1, -1);

    while (left != 0) {
        put(1, "o", 1);
        put(2, "e", 1);
        if (left > 0)
            left--;
    }
    return 0;
}

/* say FD TEXT [FD TEXT]...: each in one write. */
static int say_texts(int argc, char **argv)
{
    for (int i = 1; i + 1 < argc; i += 2)
        put((int)strtol(argv[i], NULL, 10), argv[i + 1], strlen(argv[i + 1]));
    return 0;
}

/* All 256 byte values, in order, then from a NUL on in reverse. */
static int bytes(int argc, char **argv)
{
    unsigned char all[512];

    (void)argc;
    (void)argv;
    for (int i = 0; i < 256; i++) {
        all[i] = (unsigned char)i;
        all[256 + i] = (unsigned char)(256 - i);
    }
    put(1, all, sizeof(all));
    return 0;
}

/* A line with NUL bytes in it, an empty one, and a last one without newline. */
static int lines(int argc, char **argv)
{
    static const char text[] = "one\na\0b\0\n\nlast";

    (void)argc;
    (void)argv;
    put(1, text, sizeof(text) - 1);
    return 0;
}

/* Half a line; the other half when a byte has come in. */
static int half(int argc, char **argv)
{
    char byte;

    (void)argc;
    (void)argv;
    say("first ha");
    if (read(0, &byte, 1) != 1)
        return 1;
    say("lf\nsecond\n");
    return 0;
}

/* Both outputs are filled far beyond what a pipe holds, one after the other. */
static int both_full(int argc, char **argv)
{
    const long size = number_of(argc, argv, 1, 1 << 20);
    char text[32];
    char *flood_error[] = {"flood", "2", text, NULL};
    char *flood_output[] = {"flood", "1", text, NULL};

    snprintf(text, sizeof(text), "%ld", size);
    return flood(3, flood_error) || flood(3, flood_output) || flood(3, flood_error);
}

/* spill OUTPUT-BYTES ERROR-BYTES */
static int spill(int argc, char **argv)
{
    char *flood_output[] = {"flood", "1", argc > 1 ? argv[1] : "0", NULL};
    char *flood_error[] = {"flood", "2", argc > 2 ? argv[2] : "0", NULL};

    return flood(3, flood_output) || flood(3, flood_error);
}

static int arguments(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        say(argv[i]);
        put(1, "\n", 1);
    }
    return 0;
}

static int environment(int argc, char **argv)
{
    extern char **environ;

    (void)argc;
    (void)argv;
    for (char **entry = environ; *entry; entry++) {
        say(*entry);
        put(1, "\n", 1);
    }
    return 0;
}

int main(int argc, char **argv)
{
    static const struct act acts[] = {
        {"echo", echo},
        {"count", count},
        {"silent", silent},
        {"stubborn", stubborn},
        {"deaf", deaf},
        {"no-input", no_input},
        {"no-pipes", no_pipes},
        {"flood", flood},
        {"alternate", alternate},
        {"say", say_texts},
        {"bytes", bytes},
        {"lines", lines},
        {"half", half},
        {"both-full", both_full},
        {"spill", spill},
        {"arguments", arguments},
        {"environment", environment},
    };

    return run_act(acts, ACT_COUNT(acts), argc, argv);
}
