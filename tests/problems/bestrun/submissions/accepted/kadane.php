<?php
// SPDX-License-Identifier: MIT
$values = array_slice(preg_split('/\s+/', trim(stream_get_contents(STDIN))), 1);
$best = (int) $values[0];
$ending = 0;
foreach ($values as $value) {
    $ending = max($ending, 0) + (int) $value;
    $best = max($best, $ending);
}
echo $best, "\n";
