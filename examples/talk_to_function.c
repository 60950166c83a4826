/* SPDX-License-Identifier: MIT */
/*
 * talk_to_function.c - a function in a box of its own that answers in capitals.
 *
 * The job names no policy, so it gets "strict": the function may read its
 * standard input, write its standard output and end. Any other system call
 * kills it. What it computes between those calls is its own affair.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dualpipe.h"

/* The target. It runs in a process of its own, where 0 and 1 are the two pipes. */
static int shout(void *argument)
{
    char text[256];
    ssize_t size;

    (void)argument;
    while ((size = read(0, text, sizeof(text))) > 0) {
        for (ssize_t i = 0; i < size; i++)
            text[i] = (char)toupper((unsigned char)text[i]);
        if (write(1, text, (size_t)size) != size)
            return 1;
    }
    return 0;
}

int main(void)
{
    static const char question[] = "is anybody in there?\n";
    struct dualpipe *pipe;
    struct dualpipe_result result = {0};
    struct dualpipe_error error = {0};
    char answer[80] = "", text[500];

    if (dualpipe_open(&pipe, &(struct dualpipe_job){.function = shout}, &error) < 0) {
        fprintf(stderr, "talk_to_function: %s\n", dualpipe_error_text(&error, text, sizeof(text)));
        return 1;
    }
    dualpipe_write(pipe, question, strlen(question), DUALPIPE_SECONDS(5), NULL);
    dualpipe_readline(pipe, answer, sizeof(answer), DUALPIPE_SECONDS(5));
    dualpipe_end_input(pipe); /* its read() now returns 0, and it ends */
    if (dualpipe_close_error(pipe, &result, &error) < 0) {
        fprintf(stderr, "talk_to_function: %s\n", dualpipe_error_text(&error, text, sizeof(text)));
        return 1;
    }

    printf("we asked:  %s", question);
    printf("it said:   %s", answer);
    printf("it ended:  %s\n", dualpipe_verdict_name(result.verdict));
    return strcmp(answer, "IS ANYBODY IN THERE?\n") == 0 && result.verdict == DUALPIPE_OK ? 0 : 1;
}
