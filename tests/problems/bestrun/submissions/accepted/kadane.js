// SPDX-License-Identifier: MIT
const fs = require('fs');

const values = fs.readFileSync(0, 'utf8').trim().split(/\s+/).map(Number).slice(1);
let best = -Infinity;
let ending = 0;

for (const value of values) {
    ending = Math.max(ending, 0) + value;
    best = Math.max(best, ending);
}
console.log(String(best));
