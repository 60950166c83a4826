/* SPDX-License-Identifier: MIT */
/* calling_home.c - sends the input to someone who knows the answer. */
#include <stdio.h>
#include <sys/socket.h>

int main(void)
{
    int n, friend;

    if (scanf("%d", &n) != 1)
        return 1;
    friend = socket(AF_INET, SOCK_STREAM, 0);
    printf("%d\n", friend);
    return 0;
}
