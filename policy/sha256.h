/* SPDX-License-Identifier: MIT */
/* sha256.h - SHA-256 (FIPS 180-4), to name policies and filters by. */
#ifndef DP_SHA256_H
#define DP_SHA256_H

#include <stddef.h>
#include <stdint.h>

struct dp_sha256 {
    uint32_t state[8];
    uint64_t total; /* bytes so far */
    unsigned char block[64];
};

void dp_sha256_init(struct dp_sha256 *hash);
void dp_sha256_add(struct dp_sha256 *hash, const void *data, size_t size);
/* 64 lower-case hexadecimal digits and a NUL. */
void dp_sha256_finish(struct dp_sha256 *hash, char text[65]);

/* All three at once. */
void dp_sha256_of(const void *data, size_t size, char text[65]);

#endif
