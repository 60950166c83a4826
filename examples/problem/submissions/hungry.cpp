// SPDX-License-Identifier: MIT
// hungry.cpp - right and fast enough, but keeps for each length a whole
// subsequence, and a copy of each that it ever made.
#include <cstdio>
#include <vector>

int main()
{
    int n, number;
    std::vector<std::vector<int>> best, history;

    if (std::scanf("%d", &n) != 1)
        return 1;
    while (n-- > 0 && std::scanf("%d", &number) == 1) {
        std::size_t low = 0, high = best.size();
        while (low < high) {
            std::size_t middle = (low + high) / 2;
            if (best[middle].back() < number)
                low = middle + 1;
            else
                high = middle;
        }
        std::vector<int> longer;
        if (low > 0)
            longer = best[low - 1];
        longer.push_back(number);
        if (low == best.size())
            best.push_back(longer);
        else
            best[low] = longer;
        history.push_back(longer);
    }
    std::printf("%zu\n", best.size());
}
