// SPDX-License-Identifier: MIT
// throwing.cpp - an exception that nobody catches: the first number has none
// before it.
#include <iostream>
#include <vector>

int main()
{
    int n;
    std::cin >> n;
    std::vector<int> numbers(n);
    for (int i = 0; i < n; i++) {
        std::cin >> numbers[i];
        if (numbers[i] > numbers.at(i - 1))
            n++;
    }
    std::cout << n << '\n';
}
