<?php
// SPDX-License-Identifier: MIT
echo "500\n";
flush();
exit(trim(fgets(STDIN)) === 'correct' ? 0 : 5);
