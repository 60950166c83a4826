// SPDX-License-Identifier: MIT
// One day is not always best.
const values = require('fs').readFileSync(0, 'utf8').trim().split(/\s+/).map(Number);
console.log(Math.max(...values.slice(1)));
