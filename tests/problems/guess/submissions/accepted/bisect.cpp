// SPDX-License-Identifier: MIT
#include <iostream>
#include <string>

int main()
{
    std::string answer;
    int low = 1;
    int high = 1000;

    while (answer != "correct") {
        int middle = (low + high + 1) / 2;

        std::cout << middle << std::endl;
        if (!(std::cin >> answer))
            return 1;
        if (answer == "lower")
            high = middle - 1;
        else
            low = middle + 1;
    }
}
