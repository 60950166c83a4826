// SPDX-License-Identifier: MIT
#include <algorithm>
#include <iostream>
#include <vector>

int main()
{
    int count, limit;

    std::cin >> count >> limit;
    std::vector<int> weight(count), worth(count);
    std::vector<std::vector<long>> best(count + 1, std::vector<long>(limit + 1));
    for (int i = 0; i < count; i++) {
        std::cin >> weight[i] >> worth[i];
        for (int w = 0; w <= limit; w++) {
            best[i + 1][w] = best[i][w];
            if (w >= weight[i])
                best[i + 1][w] = std::max(best[i][w], best[i][w - weight[i]] + worth[i]);
        }
    }
    std::vector<int> taken;
    for (int i = count, w = limit; i > 0; i--) {
        if (best[i][w] != best[i - 1][w]) {
            taken.insert(taken.begin(), i);
            w -= weight[i - 1];
        }
    }
    std::cout << taken.size();
    for (int bag : taken)
        std::cout << ' ' << bag;
    std::cout << '\n';
}
