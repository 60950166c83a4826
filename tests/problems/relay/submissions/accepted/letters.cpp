// SPDX-License-Identifier: MIT
#include <algorithm>
#include <iostream>
#include <string>

int main()
{
    std::string what, word;

    std::cin >> what >> word;
    if (what == "find")
        std::reverse(word.begin(), word.end());
    for (char &letter : word)
        letter = what == "hide" ? letter - '0' + 'k' : letter - 'k' + '0';
    std::cout << word << '\n';
}
