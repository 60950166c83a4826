<?php
// SPDX-License-Identifier: MIT
// Never gets from the first post to the second one.
fscanf(STDIN, "%d", $count);
for ($post = 0; $post < $count; $post = ($post + 1) % $count) {
    $length = $post;
}
echo "length $length\nlongest $length\n";
