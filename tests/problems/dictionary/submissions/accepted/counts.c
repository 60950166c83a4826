/* SPDX-License-Identifier: MIT */
#include "begins.h"

#include <stdio.h>

int main(void)
{
    char letters[100];
    char word[100];
    FILE *file = fopen("words.txt", "r");
    int count = 0;

    if (!file || scanf("%99s", letters) != 1)
        return 1;
    while (fscanf(file, "%99s", word) == 1)
        count += begins(word, letters);
    printf("%d\n", count);
    return 0;
}
