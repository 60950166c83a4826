/* SPDX-License-Identifier: MIT */
/*
 * amount.h - text to amounts: durations, sizes and counts, exactly.
 *
 * An amount is written as digits, or digits.digits, with a unit behind them,
 * or as the word "unlimited". There is no sign, no space, no exponent, and no
 * locale. It must come out whole in its unit: nothing is ever rounded.
 */
#ifndef DP_AMOUNT_H
#define DP_AMOUNT_H

#include <stdint.h>

/*
 * "2", "0.5", "2s": seconds; "1500ms"; "100us"; "5min"; "1h". "m" is refused,
 * as one reader's minutes are another's milliseconds.
 *
 * Returns 0. Errors to expect, from all three: -EINVAL, not such an amount;
 * -ERANGE, zero, or more than INT64_MAX. DUALPIPE_UNLIMITED for "unlimited".
 */
int dp_amount_duration(const char *text, int64_t *us);

/* "4096", "64K", "1.5M", "1G", "64KiB": bytes; the units are powers of 1024.
 * "MB" is refused, as it is a million to some. */
int dp_amount_size(const char *text, int64_t *bytes);

/* "64": digits only. */
int dp_amount_count(const char *text, int64_t *count);

#endif
