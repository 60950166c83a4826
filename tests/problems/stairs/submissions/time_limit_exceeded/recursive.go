// SPDX-License-Identifier: MIT
// Climbs stairs of ninety steps whatever it is asked.
package main

import "fmt"

func ways(steps int) int {
	if steps < 2 {
		return 1
	}
	return ways(steps-1) + ways(steps-2)
}

func main() {
	var steps int
	fmt.Scan(&steps)
	fmt.Println(ways(steps+90) % 1000000007)
}
