// SPDX-License-Identifier: MIT
// Goes round, up and down.
fn main() {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    let mut steps: u64 = line.trim().parse().unwrap();
    while steps > 0 {
        steps = (steps * 48271 % 2147483647) + 1;
    }
    println!("{}", steps);
}
