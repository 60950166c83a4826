/* SPDX-License-Identifier: MIT */
/* Leaves the number in a file for the second run, which does not find it. */
#include <stdio.h>
#include <string.h>

int main(void)
{
    char what[8];
    char word[16];
    FILE *file;

    if (scanf("%7s %15s", what, word) != 2)
        return 1;
    file = fopen("number", strcmp(what, "hide") == 0 ? "w" : "r");
    if (strcmp(what, "hide") == 0) {
        if (file)
            fprintf(file, "%s\n", word);
        puts("word");
    } else {
        puts(file && fscanf(file, "%15s", word) == 1 ? word : "-1");
    }
    return 0;
}
