/* SPDX-License-Identifier: MIT */
/* fuzz.h - what the fuzz targets share: a claim that must hold, bytes as they are
 * needed, and bytes as files. */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is not so is a finding. */
#define MUST(claim)                                                                                \
    do {                                                                                           \
        if (!(claim)) {                                                                            \
            fprintf(stderr, "%s:%d: it does not hold that %s\n", __FILE__, __LINE__, #claim);      \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* A copy of its own size, so that whoever reads beyond its end is caught. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);

    MUST(text);
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    return text;
}

/* The bytes of one input, taken from its front. */
struct fuzz_bytes {
    const uint8_t *data;
    size_t size;
};

/* Fill an object; what is not there any more is zero. */
static inline void fuzz_take(struct fuzz_bytes *bytes, void *object, size_t size)
{
    const size_t there = bytes->size < size ? bytes->size : size;

    memset(object, 0, size);
    if (there > 0)
        memcpy(object, bytes->data, there);
    bytes->data += there;
    bytes->size -= there;
}

static inline uint8_t fuzz_byte(struct fuzz_bytes *bytes)
{
    uint8_t byte;

    fuzz_take(bytes, &byte, sizeof(byte));
    return byte;
}

/* Up to the next byte of that value, which is left out, or to the end. */
static inline struct fuzz_bytes fuzz_until(struct fuzz_bytes *bytes, uint8_t end)
{
    const uint8_t *found = bytes->size > 0 ? memchr(bytes->data, end, bytes->size) : NULL;
    const size_t size = found ? (size_t)(found - bytes->data) : bytes->size;
    const struct fuzz_bytes part = {bytes->data, size};

    bytes->data += size + (found != NULL);
    bytes->size -= size + (found != NULL);
    return part;
}

/* A file of memory with these bytes, read from its start; to be closed. */
static inline int fuzz_file(const uint8_t *data, size_t size)
{
    const int fd = memfd_create("fuzz", MFD_CLOEXEC);

    MUST(fd >= 0);
    MUST(size == 0 || pwrite(fd, data, size, 0) == (ssize_t)size);
    return fd;
}

/* Make a new directory, in memory where there is such a place; path has room for it. */
#define FUZZ_PATH 64
static inline void fuzz_directory(char path[FUZZ_PATH])
{
    snprintf(path, FUZZ_PATH, "/dev/shm/dualpipe-fuzz-XXXXXX");
    if (mkdtemp(path))
        return;
    snprintf(path, FUZZ_PATH, "/tmp/dualpipe-fuzz-XXXXXX");
    MUST(mkdtemp(path));
}

/* Put a file into a directory, in place of one that is there. */
static inline void fuzz_put(int directory, const char *name, const uint8_t *data, size_t size)
{
    const int fd = openat(directory, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    MUST(fd >= 0);
    MUST(size == 0 || write(fd, data, size) == (ssize_t)size);
    close(fd);
}

#endif
