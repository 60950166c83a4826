// SPDX-License-Identifier: MIT
const lines = require('readline').createInterface({ input: process.stdin });
let low = 1;
let high = 1000;
let middle;

function guess() {
    middle = Math.floor((low + high) / 2);
    process.stdout.write(`${middle}\n`);
}

lines.on('line', (answer) => {
    if (answer === 'correct') {
        process.stdin.destroy();
        return;
    }
    if (answer === 'lower')
        high = middle - 1;
    else
        low = middle + 1;
    guess();
});
guess();
