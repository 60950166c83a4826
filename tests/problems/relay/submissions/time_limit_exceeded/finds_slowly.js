// SPDX-License-Identifier: MIT
const [what, word] = require('fs').readFileSync(0, 'utf8').trim().split(' ');
if (what === 'hide') {
    console.log('word');
} else {
    let number = 0;
    while (String(number) !== word)
        number = (number + 1) % 1000;
    console.log(number);
}
