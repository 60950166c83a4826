// SPDX-License-Identifier: MIT
use std::io::Read;

fn main() {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).unwrap();
    let word = text.strip_prefix("hide ").expect("nothing to hide");
    println!("{}", word.trim().bytes().map(|b| (b - b'0' + b'a') as char).collect::<String>());
}
