// SPDX-License-Identifier: MIT
package main

func main() {
	best := 1
}
