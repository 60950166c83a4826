// SPDX-License-Identifier: MIT
use std::io::Read;

fn main() {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).unwrap();
    let values = text.split_whitespace().skip(1).map(|word| word.parse::<i64>().unwrap());
    let mut best = i64::MIN;
    let mut ending = 0;

    for value in values {
        ending = ending.max(0) + value;
        best = best.max(ending);
    }
    println!("{}", best);
}
