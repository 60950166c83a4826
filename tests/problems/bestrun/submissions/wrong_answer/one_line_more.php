<?php
// SPDX-License-Identifier: MIT
// The right sum, and words after it.
$values = array_slice(preg_split('/\s+/', trim(stream_get_contents(STDIN))), 1);
$best = PHP_INT_MIN;
$ending = 0;
foreach ($values as $value) {
    $ending = max($ending, 0) + (int) $value;
    $best = max($best, $ending);
}
echo $best, "\nis the best run\n";
