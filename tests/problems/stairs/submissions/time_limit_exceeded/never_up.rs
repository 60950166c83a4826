// SPDX-License-Identifier: MIT
fn main() {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    let mut steps: u64 = line.trim().parse().unwrap();
    while std::hint::black_box(steps) > 0 {
        steps = steps.max(1);
    }
    println!("{}", steps);
}
