// SPDX-License-Identifier: MIT
package main

import (
	"bufio"
	"fmt"
	"math"
	"os"
)

func main() {
	reader := bufio.NewReader(os.Stdin)
	var count int
	var value, ending int64
	best := int64(math.MinInt64)

	fmt.Fscan(reader, &count)
	for ; count > 0; count-- {
		fmt.Fscan(reader, &value)
		if ending < 0 {
			ending = 0
		}
		ending += value
		if ending > best {
			best = ending
		}
	}
	fmt.Println(best)
}
