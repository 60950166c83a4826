/* SPDX-License-Identifier: MIT */
/* Two decimals are too few. */
#include <math.h>
#include <stdio.h>

int main(void)
{
    double first_x, first_y, x, y, next_x, next_y;
    double length = 0;
    double longest = 0;
    int count;

    if (scanf("%d %lf %lf", &count, &first_x, &first_y) != 3)
        return 1;
    x = first_x;
    y = first_y;
    for (; count > 0; count--) {
        double piece;

        next_x = first_x;
        next_y = first_y;
        if (count > 1 && scanf("%lf %lf", &next_x, &next_y) != 2)
            return 1;
        piece = hypot(next_x - x, next_y - y);
        length += piece;
        longest = piece > longest ? piece : longest;
        x = next_x;
        y = next_y;
    }
    printf("length %.2f\nlongest %.2f\n", length, longest);
    return 0;
}
