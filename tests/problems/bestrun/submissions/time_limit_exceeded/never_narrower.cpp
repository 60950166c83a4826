// SPDX-License-Identifier: MIT
// A bisection that stops to get narrower while one step is left.
#include <cstdint>
#include <iostream>
#include <vector>

static bool reaches(const std::vector<std::int64_t> &values, std::int64_t goal)
{
    std::int64_t ending = 0;

    for (std::int64_t value : values) {
        ending = (ending > 0 ? ending : 0) + value;
        if (ending >= goal)
            return true;
    }
    return false;
}

int main()
{
    std::int64_t low = -2'000'000'000'000;
    std::int64_t high = 2'000'000'000'000;
    int count;

    std::cin >> count;
    std::vector<std::int64_t> values(count);
    for (auto &value : values)
        std::cin >> value;
    while (low < high) {
        std::int64_t middle = low + (high - low) / 2;

        if (reaches(values, middle))
            low = middle;
        else
            high = middle;
    }
    std::cout << low << '\n';
}
