// SPDX-License-Identifier: MIT
// Begins with a step that is not there.
let [ways, next] = [0, 2];
for (let steps = Number(require('fs').readFileSync(0, 'utf8')); steps > 0; steps--)
    [ways, next] = [next, (ways + next) % 1000000007];
console.log(ways + 1);
