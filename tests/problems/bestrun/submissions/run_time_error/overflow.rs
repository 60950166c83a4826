// SPDX-License-Identifier: MIT
// Refuses to go beyond 32 bits.
use std::io::Read;

fn main() {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).unwrap();
    let mut best = i32::MIN;
    let mut ending: i32 = 0;

    for word in text.split_whitespace().skip(1) {
        ending = ending.max(0).checked_add(word.parse().unwrap()).expect("the sum is too large");
        best = best.max(ending);
    }
    println!("{}", best);
}
