/* SPDX-License-Identifier: MIT */
/*
 * java_class.c - see java_class.h.
 *
 * A source's file name does not tell the class: it may be called otherwise where
 * the class is not public, and lie in a package. The class file does, in the form
 * of The Java Virtual Machine Specification, chapter 4. All numbers are big-endian.
 */
#include "java_class.h"

#include "allocate.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC 0xcafebabe
#define CLASS_BYTES_MAX (1 << 20)
#define CLASSES_MAX 4096
#define DEPTH_MAX 12
#define PUBLIC_STATIC 0x0009
#define CONSTANTS_MAX 65536

enum { TAG_UTF8 = 1, TAG_CLASS = 7 };

struct reader {
    const unsigned char *at;
    const unsigned char *end;
    bool is_broken;
};

static const unsigned char *skip(struct reader *reader, size_t size)
{
    const unsigned char *at = reader->at;

    if (size > (size_t)(reader->end - at)) {
        reader->is_broken = true;
        reader->at = reader->end;
        return NULL;
    }
    reader->at += size;
    return at;
}

static uint32_t number(struct reader *reader, size_t size)
{
    const unsigned char *at = skip(reader, size);
    uint32_t value = 0;

    for (size_t i = 0; at && i < size; i++)
        value = value << 8 | at[i];
    return value;
}

/* One entry of the constant pool: where its text is, or the class's name index. */
struct constant {
    const unsigned char *text;
    uint16_t length;
    uint16_t name;
};

/* The bytes behind each tag; 0: there is no such tag. */
static size_t constant_size(uint32_t tag)
{
    static const unsigned char sizes[] = {
        [3] = 4,  [4] = 4,  [5] = 8,  [6] = 8,  [8] = 2,  [9] = 4,  [10] = 4, [11] = 4,
        [12] = 4, [15] = 3, [16] = 2, [17] = 4, [18] = 4, [19] = 2, [20] = 2};

    return tag < sizeof(sizes) ? sizes[tag] : 0;
}

static void read_constants(struct reader *reader, struct constant *constants, size_t count)
{
    for (size_t i = 1; i < count && !reader->is_broken; i++) {
        const uint32_t tag = number(reader, 1);

        if (tag == TAG_UTF8) {
            constants[i].length = (uint16_t)number(reader, 2);
            constants[i].text = skip(reader, constants[i].length);
        } else if (tag == TAG_CLASS) {
            constants[i].name = (uint16_t)number(reader, 2);
        } else if (constant_size(tag) > 0) {
            (void)skip(reader, constant_size(tag));
            i += tag == 5 || tag == 6; /* long and double take two places */
        } else {
            reader->is_broken = true;
        }
    }
}

static bool is_text(const struct constant *constant, const char *text)
{
    return constant->text && constant->length == strlen(text) &&
           memcmp(constant->text, text, constant->length) == 0;
}

static void skip_attributes(struct reader *reader)
{
    for (uint32_t left = number(reader, 2); left > 0 && !reader->is_broken; left--) {
        (void)number(reader, 2);
        (void)skip(reader, number(reader, 4));
    }
}

/* Fields and methods have the same form. Is one of them main? */
static bool has_main(struct reader *reader, const struct constant *constants)
{
    bool found = false;

    for (uint32_t left = number(reader, 2); left > 0 && !reader->is_broken; left--) {
        const uint32_t access = number(reader, 2);
        const uint32_t name = number(reader, 2);
        const uint32_t descriptor = number(reader, 2);

        found = found ||
                ((access & PUBLIC_STATIC) == PUBLIC_STATIC && is_text(&constants[name], "main") &&
                 is_text(&constants[descriptor], "([Ljava/lang/String;)V"));
        skip_attributes(reader);
    }
    return found && !reader->is_broken;
}

static bool read_class(struct reader *reader, struct constant *constants, char *name,
                       size_t name_size)
{
    const struct constant *own;
    uint32_t index;

    if (number(reader, 4) != MAGIC)
        return false;
    (void)number(reader, 4); /* the version */
    read_constants(reader, constants, number(reader, 2));
    (void)number(reader, 2); /* of the class: who may see it */
    index = constants[number(reader, 2)].name;
    own = &constants[index];
    (void)number(reader, 2);                           /* its super class */
    (void)skip(reader, (size_t)2 * number(reader, 2)); /* interfaces */
    (void)has_main(reader, constants);                 /* fields */
    if (!has_main(reader, constants) || !own->text || own->length >= name_size)
        return false;
    memcpy(name, own->text, own->length);
    name[own->length] = '\0';
    return strlen(name) == own->length;
}

bool java_class_starts(const void *bytes, size_t size, char *name, size_t name_size)
{
    struct reader reader = {.at = bytes, .end = (const unsigned char *)bytes + size};
    struct constant *constants = allocate(CONSTANTS_MAX * sizeof(*constants));
    const bool starts = read_class(&reader, constants, name, name_size) && !reader.is_broken;

    free(constants);
    return starts;
}

static char *class_in_file(int directory, const char *file)
{
    const int fd = openat(directory, file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct stat status;
    char name[256];
    char *bytes = NULL;
    bool starts = false;

    if (fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
        status.st_size <= CLASS_BYTES_MAX) {
        bytes = allocate((size_t)status.st_size + 1);
        starts = read(fd, bytes, (size_t)status.st_size) == status.st_size &&
                 java_class_starts(bytes, (size_t)status.st_size, name, sizeof(name));
    }
    if (fd >= 0)
        (void)close(fd);
    free(bytes);
    for (char *slash = starts ? strchr(name, '/') : NULL; slash; slash = strchr(slash, '/'))
        *slash = '.';
    return starts ? text_copy(name) : NULL;
}

static void collect(int directory, unsigned depth, unsigned *left, struct texts *found)
{
    DIR *listing = fdopendir(directory);
    const struct dirent *entry;

    if (!listing) {
        (void)close(directory);
        return;
    }
    while (*left > 0 && (entry = readdir(listing))) {
        const char *ending = strrchr(entry->d_name, '.');

        if (ending && ending > entry->d_name && strcmp(ending, ".class") == 0) {
            char *name = class_in_file(directory, entry->d_name);

            --*left;
            if (name)
                texts_take(found, name);
        } else if (entry->d_name[0] != '.' && depth < DEPTH_MAX) {
            const int inner =
                openat(directory, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

            if (inner >= 0)
                collect(inner, depth + 1, left, found);
        }
    }
    (void)closedir(listing);
}

/* Is it the class that is called so, with its package or without? */
static bool is_called(const char *class, const char *name)
{
    const char *last = strrchr(class, '.');

    return strcmp(class, name) == 0 || (last && strcmp(last + 1, name) == 0);
}

static int compare(const void *one, const void *other)
{
    return strcmp(*(char *const *)one, *(char *const *)other);
}

char *java_class_find(const char *directory, const char *wanted, const char *base)
{
    const char *const names[] = {wanted, "Main", base};
    const int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct texts found = {0};
    unsigned left = CLASSES_MAX;
    const char *chosen = NULL;
    char *result;

    if (fd >= 0)
        collect(fd, 0, &left, &found);
    if (found.count > 0)
        qsort(found.items, found.count, sizeof(found.items[0]), compare);
    for (size_t n = 0; n < 3 && !chosen; n++) {
        for (size_t i = 0; names[n] && i < found.count && !chosen; i++)
            chosen = is_called(found.items[i], names[n]) ? found.items[i] : NULL;
    }
    if (!chosen && found.count > 0)
        chosen = found.items[0];
    result = chosen ? text_copy(chosen) : NULL;
    texts_release(&found);
    return result;
}
