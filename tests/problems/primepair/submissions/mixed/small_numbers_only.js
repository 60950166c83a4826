// SPDX-License-Identifier: MIT
// Right for small numbers; spins for large ones, and refuses one of them.
const n = Number(require('fs').readFileSync(0, 'utf8'));

function isPrime(number) {
    for (let i = 2; i * i <= number; i++) {
        if (number % i === 0)
            return false;
    }
    return number > 1;
}

if (n === 1000000)
    throw new RangeError('too large');
let p = 2;
while (!isPrime(p) || !isPrime(n - p) || n > 100000)
    p = p % n + 1;
console.log(`${p} ${n - p}`);
