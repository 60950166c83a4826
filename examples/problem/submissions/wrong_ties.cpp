// SPDX-License-Identifier: MIT
// wrong_ties.cpp - lets equal numbers stay: upper_bound should be lower_bound.
#include <algorithm>
#include <cstdio>
#include <vector>

int main()
{
    int n, number;
    std::vector<int> best;

    if (std::scanf("%d", &n) != 1)
        return 1;
    while (n-- > 0 && std::scanf("%d", &number) == 1) {
        auto place = std::upper_bound(best.begin(), best.end(), number);
        if (place == best.end())
            best.push_back(number);
        else
            *place = number;
    }
    std::printf("%zu\n", best.size());
}
