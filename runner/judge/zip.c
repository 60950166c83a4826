/* SPDX-License-Identifier: MIT */
/*
 * zip.c - a package that came as an archive, unpacked inside bounds.
 *
 * libarchive only reads here; files are made by us, each name checked and then
 * used beneath a descriptor. What an archive may hold is regular files and
 * directories; links are refused rather than checked, as no package needs one
 * across members.
 */
#include "zip.h"

#include "allocate.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MEMBERS_MAX 100000
#define BYTES_MAX ((int64_t)2 << 30)
#define MEMBER_MAX ((int64_t)1 << 30)
#define NAME_MAX_BYTES 1024
#define DEPTH_MAX 32
#define READ_BLOCK 65536

struct unpacking {
    struct archive *archive;
    int directory;
    int64_t bytes;
    unsigned members;
    char **error;
};

static int fail(struct unpacking *unpacking, const char *name, const char *why)
{
    if (!*unpacking->error)
        *unpacking->error = name ? text_print("the archive's member \"%s\": %s", name, why)
                                 : text_print("the archive: %s", why);
    return -1;
}

/* NULL: nothing is wrong with it. */
static const char *what_is_wrong(const char *name)
{
    unsigned depth = 0;

    if (!name || !name[0])
        return "it has no name";
    if (strlen(name) > NAME_MAX_BYTES)
        return "its name is too long";
    if (name[0] == '/')
        return "an absolute name leads out of the package";
    if (strchr(name, '\\'))
        return "a name with a backslash";
    for (const char *part = name; *part; depth++) {
        const size_t length = strcspn(part, "/");

        if (length == 2 && memcmp(part, "..", 2) == 0)
            return "\"..\" leads out of the package";
        if (length == 0 || (length == 1 && part[0] == '.' && part[1] != '/'))
            return "it is no plain name";
        part += length;
        part += *part == '/';
    }
    return depth > DEPTH_MAX ? "it lies too deep" : NULL;
}

/* Every directory on the way, and for one that ends with a slash, itself. */
static int make_directories(struct unpacking *unpacking, const char *name)
{
    char path[NAME_MAX_BYTES + 1];

    for (const char *slash = strchr(name, '/'); slash; slash = strchr(slash + 1, '/')) {
        memcpy(path, name, (size_t)(slash - name));
        path[slash - name] = '\0';
        if (mkdirat(unpacking->directory, path, 0755) < 0 && errno != EEXIST)
            return fail(unpacking, name, strerrordesc_np(errno));
    }
    return 0;
}

static int write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        const ssize_t written = write(fd, bytes, size);

        if (written < 0 && errno != EINTR)
            return -1;
        if (written > 0) {
            bytes += written;
            size -= (size_t)written;
        }
    }
    return 0;
}

static int copy_member(struct unpacking *unpacking, const char *name, int fd)
{
    int64_t member = 0;

    for (;;) {
        char block[READ_BLOCK];
        const la_ssize_t got = archive_read_data(unpacking->archive, block, sizeof(block));

        if (got < 0)
            return fail(unpacking, name, archive_error_string(unpacking->archive));
        if (got == 0)
            return 0;
        member += got;
        unpacking->bytes += got;
        if (member > MEMBER_MAX || unpacking->bytes > BYTES_MAX)
            return fail(unpacking, name,
                        "unpacked it is larger than is taken (1 GiB a member, 2 GiB in all)");
        if (write_all(fd, block, (size_t)got) < 0)
            return fail(unpacking, name, strerrordesc_np(errno));
    }
}

static int unpack_file(struct unpacking *unpacking, const char *name, mode_t mode)
{
    const struct open_how how = {
        .flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
        .mode = (mode & 0111) != 0 ? 0755 : 0644,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
    };
    const int fd = (int)syscall(SYS_openat2, unpacking->directory, name, &how, sizeof(how));
    int result;

    if (fd < 0)
        return fail(unpacking, name,
                    errno == EEXIST ? "it is there twice" : strerrordesc_np(errno));
    result = copy_member(unpacking, name, fd);
    if (close(fd) < 0 && result == 0)
        result = fail(unpacking, name, strerrordesc_np(errno));
    return result;
}

static int unpack_member(struct unpacking *unpacking, struct archive_entry *entry)
{
    const char *name = archive_entry_pathname(entry);
    const unsigned kind = archive_entry_filetype(entry);
    const char *wrong = what_is_wrong(name);

    if (++unpacking->members > MEMBERS_MAX)
        return fail(unpacking, NULL, "it has more members than are taken (100000)");
    if (wrong)
        return fail(unpacking, name ? name : "", wrong);
    if (archive_entry_hardlink(entry) || kind == AE_IFLNK)
        return fail(unpacking, name, "links in an archive are not taken");
    if (kind != AE_IFREG && kind != AE_IFDIR)
        return fail(unpacking, name, "it is neither a file nor a directory");
    if (make_directories(unpacking, name) < 0)
        return -1;
    if (kind == AE_IFREG)
        return unpack_file(unpacking, name, archive_entry_perm(entry));
    if (mkdirat(unpacking->directory, name, 0755) < 0 && errno != EEXIST)
        return fail(unpacking, name, strerrordesc_np(errno));
    return 0;
}

static int unpack_all(struct unpacking *unpacking, const char *path)
{
    struct archive_entry *entry;
    int status = archive_read_open_filename(unpacking->archive, path, READ_BLOCK);

    if (status != ARCHIVE_OK)
        return fail(unpacking, NULL, "it is no zip file");
    for (;;) {
        status = archive_read_next_header(unpacking->archive, &entry);
        if (status == ARCHIVE_EOF)
            return unpacking->members > 0 ? 0 : fail(unpacking, NULL, "it is empty");
        if (status != ARCHIVE_OK && status != ARCHIVE_WARN)
            return fail(unpacking, NULL, archive_error_string(unpacking->archive));
        if (unpack_member(unpacking, entry) < 0)
            return -1;
    }
}

int zip_unpack(const char *path, const char *directory, char **error)
{
    struct unpacking unpacking = {.archive = archive_read_new(), .error = error, .directory = -1};
    int result;

    *error = NULL;
    if (!unpacking.archive)
        return fail(&unpacking, NULL, "out of memory");
    unpacking.directory = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (unpacking.directory < 0)
        result = fail(&unpacking, NULL, strerrordesc_np(errno));
    else if (archive_read_support_format_zip_seekable(unpacking.archive) != ARCHIVE_OK)
        result = fail(&unpacking, NULL, archive_error_string(unpacking.archive));
    else
        result = unpack_all(&unpacking, path);
    if (unpacking.directory >= 0)
        (void)close(unpacking.directory);
    (void)archive_read_free(unpacking.archive);
    return result;
}
