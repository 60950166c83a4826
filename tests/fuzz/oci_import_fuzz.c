/* SPDX-License-Identifier: MIT */
/* oci_import_fuzz.c - libFuzzer on the importer of container engines' profiles; what
 * is imported has to parse. Run it as: oci_import_fuzz -max_total_time=60 corpus/oci */
#include "policy.h"
#include "policy_import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = NULL;
    struct dp_policy policy;
    struct dp_arena *arena;
    struct dp_policy_error error;

    if (policy_import_oci_text((const char *)data, size, &text) == 0) {
        if (dp_policy_parse(&policy, &arena, "imported", text, strlen(text), &error) != 0) {
            fprintf(stderr, "line %u: %s\n%s", error.line, error.message, text);
            abort();
        }
        dp_arena_free(arena);
    }
    free(text);
    return 0;
}
