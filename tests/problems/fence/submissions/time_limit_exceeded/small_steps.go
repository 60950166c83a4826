// SPDX-License-Identifier: MIT
// Walks along the fence in steps that are too small to change the sum.
package main

import "fmt"

func main() {
	var count int
	var x, y float64
	fmt.Scan(&count, &x, &y)
	length := 1.0
	for length < 1.5 {
		length += 1e-17
	}
	fmt.Printf("length %f\nlongest %f\n", length, x+y)
}
