/* SPDX-License-Identifier: MIT */
/* amount_test.c - text to amounts, by tables. */
#include "../lib/amount.h"
#include "dualpipe.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

TestSuite(amount, .timeout = 10);

#define UNTOUCHED INT64_C(-77)
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

struct row {
    const char *text;
    int status;
    int64_t amount;
};

typedef int reader(const char *text, int64_t *amount);

static void check(reader *read, const struct row *rows, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        int64_t amount = UNTOUCHED;
        int status = read(rows[i].text, &amount);
        int64_t expected = rows[i].status == 0 ? rows[i].amount : UNTOUCHED;

        cr_expect(status == rows[i].status, "\"%s\": status %d", rows[i].text, status);
        cr_expect(amount == expected, "\"%s\": amount %lld", rows[i].text, (long long)amount);
    }
}

Test(amount, durations_are_exact_microseconds)
{
    static const struct row rows[] = {
        {"1", 0, 1000000},
        {"0.5", 0, 500000},
        {"1500ms", 0, 1500000},
        {"2s", 0, 2000000},
        {"100us", 0, 100},
        {"5min", 0, 300000000},
        {"1.5h", 0, INT64_C(5400000000)},
        {"0.1", 0, 100000},
        {"0.3", 0, 300000},
        {"0.000001", 0, 1},
        {"1.25ms", 0, 1250},
        {"0007", 0, 7000000},
        {"1.50000000000000000000000000000", 0, 1500000},
        {"9223372036854775807us", 0, INT64_MAX},
        {"9223372036854.775807", 0, INT64_MAX},
        {"unlimited", 0, DUALPIPE_UNLIMITED},
    };

    check(dp_amount_duration, rows, LENGTH(rows));
}

Test(amount, a_duration_that_is_no_whole_microsecond_is_refused)
{
    static const struct row rows[] = {
        {"0.0000001", -EINVAL, 0},    {"0.5us", -EINVAL, 0},        {"1.0005us", -EINVAL, 0},
        {"0.0000000001", -EINVAL, 0}, {"1.0000000001", -EINVAL, 0},
    };

    check(dp_amount_duration, rows, LENGTH(rows));
}

Test(amount, zero_is_out_of_range_however_it_is_written)
{
    static const struct row rows[] = {
        {"0", -ERANGE, 0},   {"0.0", -ERANGE, 0},   {"000", -ERANGE, 0},
        {"0ms", -ERANGE, 0}, {"0.00s", -ERANGE, 0}, {"0us", -ERANGE, 0},
    };

    check(dp_amount_duration, rows, LENGTH(rows));
}

Test(amount, what_cannot_be_counted_is_out_of_range)
{
    static const struct row durations[] = {
        {"9223372036854775808us", -ERANGE, 0},
        {"9223372036854.775808", -ERANGE, 0},
        {"9223372036855", -ERANGE, 0},
        {"18446744073709551616", -ERANGE, 0},
        {"99999999999999999999999999999999999999999", -ERANGE, 0},
        {"9999999999999999h", -ERANGE, 0},
    };
    static const struct row sizes[] = {
        {"8589934592G", -ERANGE, 0},
        {"9223372036854775808", -ERANGE, 0},
        {"18014398509481984K", -ERANGE, 0},
    };

    check(dp_amount_duration, durations, LENGTH(durations));
    check(dp_amount_size, sizes, LENGTH(sizes));
}

Test(amount, garbage_is_refused_even_when_it_is_out_of_range_too)
{
    static const struct row rows[] = {
        {"", -EINVAL, 0},           {" ", -EINVAL, 0},
        {" 1", -EINVAL, 0},         {"1 ", -EINVAL, 0},
        {"1 s", -EINVAL, 0},        {"+1", -EINVAL, 0},
        {"-1", -EINVAL, 0},         {"-0", -EINVAL, 0},
        {"0x10", -EINVAL, 0},       {"1e3", -EINVAL, 0},
        {"nan", -EINVAL, 0},        {"inf", -EINVAL, 0},
        {"1.", -EINVAL, 0},         {".5", -EINVAL, 0},
        {".", -EINVAL, 0},          {"1..5", -EINVAL, 0},
        {"1.5.5", -EINVAL, 0},      {"1,5", -EINVAL, 0},
        {"1'000", -EINVAL, 0},      {"1S", -EINVAL, 0},
        {"1sec", -EINVAL, 0},       {"1m", -EINVAL, 0},
        {"1d", -EINVAL, 0},         {"s", -EINVAL, 0},
        {"1\n", -EINVAL, 0},        {"1s1", -EINVAL, 0},
        {"Unlimited", -EINVAL, 0},  {"unlimited ", -EINVAL, 0},
        {"0parsecs", -EINVAL, 0},   {"99999999999999999999parsecs", -EINVAL, 0},
        {"\xd9\xa1", -EINVAL, 0},   {"64M", -EINVAL, 0},
        {"1\xc2\xb5s", -EINVAL, 0},
    };

    check(dp_amount_duration, rows, LENGTH(rows));
}

Test(amount, sizes_count_in_powers_of_1024)
{
    static const struct row rows[] = {
        {"1", 0, 1},
        {"4096", 0, 4096},
        {"64K", 0, 65536},
        {"64M", 0, 67108864},
        {"1G", 0, 1073741824},
        {"1.5M", 0, 1572864},
        {"0.25K", 0, 256},
        {"64KiB", 0, 65536},
        {"2MiB", 0, 2097152},
        {"3GiB", 0, INT64_C(3221225472)},
        {"0.001953125M", 0, 2048},
        {"8589934591G", 0, INT64_C(9223372035781033984)},
        {"9223372036854775807", 0, INT64_MAX},
        {"unlimited", 0, DUALPIPE_UNLIMITED},
    };

    check(dp_amount_size, rows, LENGTH(rows));
}

Test(amount, sizes_that_mean_different_things_to_different_readers_are_refused)
{
    static const struct row rows[] = {
        {"1MB", -EINVAL, 0}, {"1k", -EINVAL, 0}, {"1m", -EINVAL, 0},
        {"1B", -EINVAL, 0},  {"1T", -EINVAL, 0}, {"0.1K", -EINVAL, 0},
        {"1.5", -EINVAL, 0}, {"1s", -EINVAL, 0}, {"0M", -ERANGE, 0},
    };

    check(dp_amount_size, rows, LENGTH(rows));
}

Test(amount, counts_are_digits_alone)
{
    static const struct row rows[] = {
        {"1", 0, 1},        {"64", 0, 64},       {"unlimited", 0, DUALPIPE_UNLIMITED},
        {"0", -ERANGE, 0},  {"1.0", -EINVAL, 0}, {"1K", -EINVAL, 0},
        {"-1", -EINVAL, 0}, {"", -EINVAL, 0},    {"99999999999999999999", -ERANGE, 0},
    };

    check(dp_amount_count, rows, LENGTH(rows));
}

Test(amount, each_limit_is_set_by_its_name_and_no_other_is_touched)
{
    static const struct {
        const char *name;
        const char *amount;
        struct dualpipe_limits expected;
    } rows[] = {
        {"time", "1500ms", {.cpu_us = 1500000}},
        {"wall", "2", {.wall_us = 2000000}},
        {"idle", "3s", {.idle_us = 3000000}},
        {"memory", "256M", {.memory_bytes = 268435456}},
        {"output", "1K", {.output_bytes = 1024}},
        {"file-size", "2K", {.file_bytes = 2048}},
        {"stack", "8M", {.stack_bytes = 8388608}},
        {"open-files", "64", {.open_files = 64}},
        {"processes", "unlimited", {.processes = DUALPIPE_UNLIMITED}},
        {"disk", "1G", {.disk_bytes = 1073741824}},
    };
    size_t i;

    for (i = 0; i < LENGTH(rows); i++) {
        struct dualpipe_limits limits = {0};

        cr_expect(dualpipe_limits_set(&limits, rows[i].name, rows[i].amount) == 0);
        cr_expect(memcmp(&limits, &rows[i].expected, sizeof(limits)) == 0, "%s", rows[i].name);
    }
}

Test(amount, a_limit_is_left_alone_where_name_or_amount_is_wrong)
{
    struct dualpipe_limits limits = {.cpu_us = 5};

    cr_expect(dualpipe_limits_set(&limits, "tiem", "1") == -ENOENT);
    cr_expect(dualpipe_limits_set(&limits, "", "1") == -ENOENT);
    cr_expect(dualpipe_limits_set(&limits, "time", "soon") == -EINVAL);
    cr_expect(dualpipe_limits_set(&limits, "time", "0") == -ERANGE);
    cr_expect(dualpipe_limits_set(&limits, "time", NULL) == -EINVAL);
    cr_expect(dualpipe_limits_set(&limits, NULL, "1") == -EINVAL);
    cr_expect(dualpipe_limits_set(NULL, "time", "1") == -EINVAL);
    cr_expect(limits.cpu_us == 5);
}
