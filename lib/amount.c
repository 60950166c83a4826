/* SPDX-License-Identifier: MIT */
/* amount.c - text to amounts: durations, sizes and counts, exactly. */
#include "amount.h"
#include "dualpipe.h"

#include <errno.h>
#include <string.h>

/*
 * Digits that count behind the point. Together with the largest unit below
 * (1 h) a fraction times its unit stays below 2^63, so it can be exact.
 */
#define FRACTION_DIGITS 9

struct unit {
    const char *name;
    uint64_t size;
};

/* The first unit is the one of a bare number. */
static const struct unit duration_units[] = {
    {"", 1000000},     {"us", 1},         {"ms", 1000}, {"s", 1000000},
    {"min", 60000000}, {"h", 3600000000}, {NULL, 0},
};

static const struct unit size_units[] = {
    {"", 1},
    {"K", UINT64_C(1) << 10},
    {"M", UINT64_C(1) << 20},
    {"G", UINT64_C(1) << 30},
    {"KiB", UINT64_C(1) << 10},
    {"MiB", UINT64_C(1) << 20},
    {"GiB", UINT64_C(1) << 30},
    {NULL, 0},
};

static const struct unit count_units[] = {{"", 1}, {NULL, 0}};

/* A number as written: whole + fraction / scale. */
struct decimal {
    uint64_t whole;
    uint64_t fraction;
    uint64_t scale;
    bool has_point;
    bool too_large; /* whole cannot hold it */
    bool too_fine;  /* more digits behind the point than can matter */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Returns where the digits end. */
static const char *read_whole(struct decimal *number, const char *at)
{
    for (; is_digit(*at); at++) {
        if (__builtin_mul_overflow(number->whole, UINT64_C(10), &number->whole) ||
            __builtin_add_overflow(number->whole, (uint64_t)(*at - '0'), &number->whole))
            number->too_large = true;
    }
    return at;
}

/* Zeros at the end say nothing, however many there are. */
static const char *read_fraction(struct decimal *number, const char *at)
{
    int digits = 0;

    number->has_point = true;
    for (; is_digit(*at); at++, digits++) {
        if (digits < FRACTION_DIGITS) {
            number->fraction = number->fraction * 10 + (uint64_t)(*at - '0');
            number->scale *= 10;
        } else if (*at != '0') {
            number->too_fine = true;
        }
    }
    return at;
}

/* Returns where the number ends, or NULL where there is none. */
static const char *read_decimal(struct decimal *number, const char *text)
{
    const char *at;

    *number = (struct decimal){.scale = 1};
    if (!is_digit(*text))
        return NULL;
    at = read_whole(number, text);
    if (*at != '.')
        return at;
    if (!is_digit(at[1]))
        return NULL;
    return read_fraction(number, at + 1);
}

static const struct unit *find_unit(const struct unit *units, const char *name)
{
    for (; units->name; units++) {
        if (strcmp(units->name, name) == 0)
            return units;
    }
    return NULL;
}

/* All that is wrong with the text itself comes before what is out of range. */
static int read_amount(const char *text, const struct unit *units, int64_t *amount)
{
    const struct unit *unit;
    struct decimal number;
    const char *end;
    int64_t value;

    if (!text)
        return -EINVAL;
    if (strcmp(text, "unlimited") == 0) {
        *amount = DUALPIPE_UNLIMITED;
        return 0;
    }
    end = read_decimal(&number, text);
    if (!end || number.too_fine)
        return -EINVAL;
    unit = find_unit(units, end);
    if (!unit || number.fraction * unit->size % number.scale != 0)
        return -EINVAL;
    if (number.too_large || __builtin_mul_overflow(number.whole, unit->size, &value) ||
        __builtin_add_overflow(value, number.fraction * unit->size / number.scale, &value))
        return -ERANGE;
    if (value == 0)
        return -ERANGE;
    *amount = value;
    return 0;
}

int dp_amount_duration(const char *text, int64_t *us)
{
    return read_amount(text, duration_units, us);
}

int dp_amount_size(const char *text, int64_t *bytes)
{
    return read_amount(text, size_units, bytes);
}

int dp_amount_count(const char *text, int64_t *count)
{
    if (text && strchr(text, '.')) /* "64.0" files would be an odd thing to say */
        return -EINVAL;
    return read_amount(text, count_units, count);
}

struct limit {
    const char *name;
    int (*read)(const char *text, int64_t *amount);
    size_t offset; /* in struct dualpipe_limits */
};

#define LIMIT(name, kind, field)                                                                   \
    {                                                                                              \
        name, dp_amount_##kind, offsetof(struct dualpipe_limits, field)                            \
    }

static const struct limit limits_by_name[] = {
    LIMIT("time", duration, cpu_us),      LIMIT("wall", duration, wall_us),
    LIMIT("idle", duration, idle_us),     LIMIT("memory", size, memory_bytes),
    LIMIT("output", size, output_bytes),  LIMIT("file-size", size, file_bytes),
    LIMIT("stack", size, stack_bytes),    LIMIT("open-files", count, open_files),
    LIMIT("processes", count, processes), LIMIT("disk", size, disk_bytes),
};

int dualpipe_limits_set(struct dualpipe_limits *limits, const char *name, const char *amount)
{
    size_t i;

    if (!limits || !name)
        return -EINVAL;
    for (i = 0; i < sizeof(limits_by_name) / sizeof(limits_by_name[0]); i++) {
        const struct limit *limit = &limits_by_name[i];

        if (strcmp(limit->name, name) == 0)
            return limit->read(amount, (int64_t *)(void *)((char *)limits + limit->offset));
    }
    return -ENOENT;
}
