/* SPDX-License-Identifier: MIT */
/*
 * relay INPUT ANSWER FEEDBACK_DIR/ < OUTPUT: asks for a second pass after the
 * first one, and then for the number. What pass it is, the file "pass" says.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORD_SIZE 11

static const char *feedback;

static FILE *open_feedback(const char *name, const char *mode)
{
    char path[4096];
    FILE *file;

    snprintf(path, sizeof(path), "%s%s", feedback, name);
    file = fopen(path, mode);
    return file;
}

static int end(int code, const char *message)
{
    FILE *file = open_feedback("judgemessage.txt", "a");

    if (!file)
        return 1;
    fprintf(file, "%s\n", message);
    fclose(file);
    return code;
}

/* One word on the standard input, and nothing but white space around it. */
static int read_word(char *word)
{
    char rest;

    return scanf(" %11s", word) == 1 && strlen(word) < WORD_SIZE && scanf(" %c", &rest) == EOF;
}

static int first_pass(void)
{
    char word[WORD_SIZE + 1];
    FILE *next;
    FILE *pass;
    size_t i;

    if (!read_word(word))
        return end(43, "First pass: not one word of 1 to 10 letters.");
    for (i = 0; word[i]; i++) {
        if (!islower((unsigned char)word[i]))
            return end(43, "First pass: the word is not of letters a to z.");
    }
    next = open_feedback("nextpass.in", "w");
    pass = open_feedback("pass", "w");
    if (!next || !pass)
        return 1;
    fputs("find ", next);
    while (i-- > 0)
        fputc(word[i], next);
    fputc('\n', next);
    fclose(next);
    fclose(pass);
    return end(42, "First pass: a word.");
}

static int second_pass(const char *answer)
{
    FILE *file = fopen(answer, "r");
    char word[WORD_SIZE + 1];
    char expected[WORD_SIZE + 1];

    if (!file || fscanf(file, "%11s", expected) != 1)
        return 1;
    if (!read_word(word) || strcmp(word, expected) != 0)
        return end(43, "Second pass: not the number.");
    return end(42, "Second pass: the number.");
}

int main(int argc, char **argv)
{
    FILE *pass;

    if (argc < 4)
        return 1;
    feedback = argv[3];
    pass = open_feedback("pass", "r");
    return pass ? second_pass(argv[2]) : first_pass();
}
