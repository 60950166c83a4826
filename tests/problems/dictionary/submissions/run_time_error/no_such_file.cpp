// SPDX-License-Identifier: MIT
// Looks for the test data, which must not be there.
#include <cstdlib>
#include <fstream>
#include <iostream>

int main()
{
    for (const char *name : {"3.ans", "../data/secret/03-some.ans", "data/sample/1.ans"}) {
        if (std::ifstream(name))
            return 0;
    }
    std::cout << "there is no answer to copy\n";
    std::abort();
}
