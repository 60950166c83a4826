/* SPDX-License-Identifier: MIT */
/*
 * make_cases.c - writes the large test cases, which nobody wants to keep in git.
 *
 * Usage: make_cases FOLDER
 *
 * The answers are known because of how the numbers are made. A case is made of
 * falling blocks, and all numbers of a block are larger than all of the blocks
 * before it: of each block at most one number can stay, and one always can. So
 * the answer is the number of blocks.
 */
#include <stdio.h>
#include <stdlib.h>

#define NUMBERS 200000
#define LOWEST (-1000000000L)
#define STEP 9999 /* NUMBERS of them lead from LOWEST to the highest number allowed */

/* A small generator, so that the cases are the same everywhere. */
static unsigned next_random(unsigned *state, unsigned bound)
{
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 16) % bound;
}

static FILE *create(const char *folder, const char *name)
{
    char path[4096];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "w");
    if (!file) {
        perror(path);
        exit(1);
    }
    return file;
}

static void finish(FILE *file)
{
    if (ferror(file) | fclose(file)) {
        perror("make_cases");
        exit(1);
    }
}

/* Write one case, of blocks of 1 to block_max numbers, with its answer. */
static void make_case(const char *folder, const char *input, const char *answer, int block_max)
{
    unsigned state = 1;
    long low = LOWEST; /* all numbers so far are this or less */
    int blocks = 0;
    FILE *file = create(folder, input);

    fprintf(file, "%d\n", NUMBERS);
    for (int left = NUMBERS; left > 0; blocks++) {
        int size = 1 + (int)next_random(&state, (unsigned)block_max);
        long high;

        if (size > left)
            size = left;
        high = low + (long)size * STEP;
        for (int i = 0; i < size; i++)
            fprintf(file, "%ld\n", high - (long)i * STEP - (long)next_random(&state, STEP));
        low = high;
        left -= size;
    }
    finish(file);
    file = create(folder, answer);
    fprintf(file, "%d\n", blocks);
    finish(file);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: make_cases FOLDER\n", stderr);
        return 2;
    }
    make_case(argv[1], "6.in", "6.ans", 1);    /* it rises all the way */
    make_case(argv[1], "7.in", "7.ans", 1000); /* about 400 blocks */
    return 0;
}
