/* SPDX-License-Identifier: MIT */
/* amount_fuzz.c - libFuzzer on amounts, names of limits, and lists of CPUs: what is
 * taken is positive or "unlimited", and what is refused changes nothing. */
#include "fuzz.h"

#include "amount.h"
#include "cpus.h"
#include "dualpipe.h"

#define UNTOUCHED INT64_C(-77)

static void check_one(int (*read)(const char *, int64_t *), const char *text)
{
    int64_t amount = UNTOUCHED;
    const int result = read(text, &amount);

    if (result == 0)
        MUST(amount == DUALPIPE_UNLIMITED ? strcmp(text, "unlimited") == 0 : amount > 0);
    else
        MUST((result == -EINVAL || result == -ERANGE) && amount == UNTOUCHED);
}

/* "NAME AMOUNT", as an option and its value. */
static void check_limit(char *text)
{
    char *amount = strchr(text, ' ');
    struct dualpipe_limits limits = {0};
    const struct dualpipe_limits before = limits;
    int result;

    if (!amount)
        return;
    *amount++ = '\0';
    result = dualpipe_limits_set(&limits, text, amount);
    MUST(result == 0 || result == -ENOENT || result == -EINVAL || result == -ERANGE);
    MUST((result == 0) == (memcmp(&limits, &before, sizeof(limits)) != 0));
}

static void check_cpus(const char *text)
{
    cpu_set_t set;
    const char *wrong = NULL;

    CPU_ZERO(&set);
    if (dp_cpus_parse(&set, text, &wrong) == 0)
        MUST(CPU_COUNT(&set) > 0);
    else
        MUST(wrong >= text && wrong <= text + strlen(text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_text(data, size);

    check_one(dp_amount_duration, text);
    check_one(dp_amount_size, text);
    check_one(dp_amount_count, text);
    check_cpus(text);
    check_limit(text);
    free(text);
    return 0;
}
