// SPDX-License-Identifier: MIT
fn main() {
    let best = String::new();
    drop(best);
    println!("{}", best);
}
