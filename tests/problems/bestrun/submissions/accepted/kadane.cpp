// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdint>
#include <iostream>
#include <limits>

int main()
{
    std::int64_t best = std::numeric_limits<std::int64_t>::min();
    std::int64_t ending = 0;
    std::int64_t value;
    int count;

    std::cin >> count;
    while (count-- > 0 && std::cin >> value) {
        ending = std::max(ending, std::int64_t{0}) + value;
        best = std::max(best, ending);
    }
    std::cout << best << '\n';
}
