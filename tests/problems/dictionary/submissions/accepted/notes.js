// SPDX-License-Identifier: MIT
const fs = require('fs');

if (!fs.readFileSync('note.txt', 'utf8').startsWith('This file'))
    throw new Error('no note');
const letters = fs.readFileSync(0, 'utf8').trim();
const words = fs.readFileSync('words.txt', 'utf8').split('\n');
console.log(String(words.filter((word) => word.startsWith(letters)).length));
