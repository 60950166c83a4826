/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>

int main(void)
{
    double x[100];
    double y[100];
    double length = 0;
    double longest = 0;
    int count;
    int i;

    if (scanf("%d", &count) != 1 || count > 100)
        return 1;
    for (i = 0; i < count; i++) {
        if (scanf("%lf %lf", &x[i], &y[i]) != 2)
            return 1;
    }
    for (i = 0; i < count; i++) {
        int next = (i + 1) % count;
        double piece = hypot(x[next] - x[i], y[next] - y[i]);

        length += piece;
        longest = piece > longest ? piece : longest;
    }
    printf("length %.9f\nlongest %.9f\n", length, longest);
    return 0;
}
