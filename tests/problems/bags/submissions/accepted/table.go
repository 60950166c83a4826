// SPDX-License-Identifier: MIT
package main

import "fmt"

func main() {
	var count, limit int
	fmt.Scan(&count, &limit)
	best := make([]int, limit+1)
	chosen := make([][]int, limit+1)
	for bag := 1; bag <= count; bag++ {
		var weight, worth int
		fmt.Scan(&weight, &worth)
		for w := limit; w >= weight; w-- {
			if best[w-weight]+worth > best[w] {
				best[w] = best[w-weight] + worth
				chosen[w] = append(append([]int{}, chosen[w-weight]...), bag)
			}
		}
	}
	fmt.Print(len(chosen[limit]))
	for _, bag := range chosen[limit] {
		fmt.Print(" ", bag)
	}
	fmt.Println()
}
