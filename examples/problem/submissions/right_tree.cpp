// SPDX-License-Identifier: MIT
// right_tree.cpp - a tree of maxima over the sorted values. Blanks after the
// answer do not matter.
#include <algorithm>
#include <iostream>
#include <vector>

int main()
{
    std::ios::sync_with_stdio(false);
    int n;
    std::cin >> n;
    std::vector<int> numbers(n);
    for (int &number : numbers)
        std::cin >> number;

    std::vector<int> sorted(numbers);
    std::sort(sorted.begin(), sorted.end());

    std::vector<int> tree(n + 1); // Fenwick: the longest that ends with one of the first k
    for (int number : numbers) {
        int rank = std::lower_bound(sorted.begin(), sorted.end(), number) - sorted.begin();
        int longest = 1;
        for (int k = rank; k > 0; k -= k & -k)
            longest = std::max(longest, tree[k] + 1);
        for (int k = rank + 1; k <= n; k += k & -k)
            tree[k] = std::max(tree[k], longest);
    }
    std::cout << *std::max_element(tree.begin(), tree.end()) << "  \n\n";
}
