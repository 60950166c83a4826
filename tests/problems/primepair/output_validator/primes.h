// SPDX-License-Identifier: MIT
#pragma once

bool is_prime(long number);
