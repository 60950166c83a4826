// SPDX-License-Identifier: MIT
// slow_threads.cpp - looks at all pairs with four threads, in the hope that the
// clock on the wall is what counts.
#include <algorithm>
#include <cstdio>
#include <thread>
#include <vector>

static std::vector<int> numbers, longest;

// The longest that ends before i, in a number less than that of i, among part
// of those that came before.
static void look_back(int i, int part, int *result)
{
    for (int j = part; j < i; j += 4) {
        if (numbers[j] < numbers[i])
            *result = std::max(*result, longest[j]);
    }
}

int main()
{
    int n;

    if (std::scanf("%d", &n) != 1)
        return 1;
    numbers.resize(n);
    longest.resize(n);
    for (int i = 0; i < n; i++) {
        if (std::scanf("%d", &numbers[i]) != 1)
            return 1;
        int results[4] = {};
        std::thread threads[4];
        for (int part = 0; part < 4; part++)
            threads[part] = std::thread(look_back, i, part, &results[part]);
        for (std::thread &thread : threads)
            thread.join();
        longest[i] = *std::max_element(results, results + 4) + 1;
    }
    std::printf("%d\n", *std::max_element(longest.begin(), longest.end()));
}
