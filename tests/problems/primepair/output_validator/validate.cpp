// SPDX-License-Identifier: MIT
// validate INPUT ANSWER FEEDBACK_DIR/ [ordered] < OUTPUT
#include "primes.h"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

static std::string feedback;

[[noreturn]] static void reject(const std::string &message)
{
    std::ofstream(feedback + "judgemessage.txt", std::ios::app) << message << '\n';
    std::ofstream(feedback + "teammessage.txt") << "That is no pair of primes.\n";
    std::exit(43);
}

int main(int argc, char **argv)
{
    if (argc < 4)
        return 1;
    std::ifstream input(argv[1]);
    bool ordered = argc > 4 && argv[4] == std::string("ordered");
    std::string rest;
    long sum, one, other;

    feedback = argv[3];
    if (!(input >> sum) || sum > {{most}})
        return 1;
    if (!(std::cin >> one >> other))
        reject("There are no two numbers.");
    if (std::cin >> rest)
        reject("There is more than two numbers: " + rest.substr(0, 40));
    for (long number : {one, other}) {
        if (number < 2 || number > sum || !is_prime(number))
            reject(std::to_string(number) + " is not a prime.");
    }
    if (one + other != sum)
        reject("The sum is " + std::to_string(one + other) + ", not " + std::to_string(sum) + ".");
    if (ordered && one > other)
        reject("The larger prime is first.");
    return 42;
}
