// SPDX-License-Identifier: MIT
fn is_prime(number: u32) -> bool {
    number > 1 && (2..).take_while(|i| i * i <= number).all(|i| number % i != 0)
}

fn main() {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    let n: u32 = line.trim().parse().unwrap();
    let p = (2..n).find(|&p| is_prime(p) && is_prime(n - p)).unwrap();
    println!("{} {}", p, n - p);
}
