/* SPDX-License-Identifier: MIT */
/* read_integers.cpp - read integers until the end, and print their sum: what the
 * solutions of contests do first. */
#include <iostream>

int main()
{
    long long number;
    long long sum = 0;

    std::ios::sync_with_stdio(false);
    std::cin.tie(nullptr);
    while (std::cin >> number)
        sum += number;
    std::cout << sum << '\n';
    return 0;
}
