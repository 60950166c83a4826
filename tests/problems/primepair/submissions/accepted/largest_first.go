// SPDX-License-Identifier: MIT
// Puts the larger prime first where it may.
package main

import (
	"fmt"
	"os"
)

func isPrime(number int) bool {
	for i := 2; i*i <= number; i++ {
		if number%i == 0 {
			return false
		}
	}
	return number > 1
}

func main() {
	var n int
	fmt.Scan(&n)
	p := 2
	for !isPrime(p) || !isPrime(n-p) {
		p++
	}
	if len(os.Args) > 1 && os.Args[1] == "ordered" {
		fmt.Println(p, n-p)
	} else {
		fmt.Printf("%d\n\n  %d", n-p, p)
	}
}
