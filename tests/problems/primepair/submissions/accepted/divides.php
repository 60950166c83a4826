<?php
// SPDX-License-Identifier: MIT
function is_prime(int $number): bool
{
    for ($i = 2; $i * $i <= $number; $i++) {
        if ($number % $i === 0) {
            return false;
        }
    }
    return $number > 1;
}

$n = (int) fgets(STDIN);
for ($p = 2; !is_prime($p) || !is_prime($n - $p); $p++) {
}
echo $p, ' ', $n - $p, "\n";
