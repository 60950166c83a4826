// SPDX-License-Identifier: MIT
// Finds the number, and does not stop to talk.
package main

import "fmt"

func main() {
	low, high := 1, 1000
	for {
		var answer string
		middle := (low + high) / 2
		fmt.Println(middle)
		fmt.Scan(&answer)
		if answer == "correct" {
			fmt.Println("I knew it")
			return
		} else if answer == "lower" {
			high = middle - 1
		} else {
			low = middle + 1
		}
	}
}
