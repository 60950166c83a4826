/* SPDX-License-Identifier: MIT */
/* program.c - see program.h. */
#include "program.h"

#include "descriptor.h"
#include "error.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SEGMENTS_MAX 512U
#define COPY_MAX_BYTES (INT64_C(1) << 31)

static int fail(struct dualpipe_error *error, int errnum, const char *path)
{
    return dp_fail(error, DUALPIPE_STEP_OPEN_PROGRAM, errnum, path);
}

/* A file, and its first bytes, in which all of its headers lie as a rule. */
struct image {
    int fd;
    size_t length;
    char start[4096];
};

static void open_image(struct image *image, int fd)
{
    const ssize_t got = pread(fd, image->start, sizeof(image->start), 0);

    image->fd = fd;
    image->length = got > 0 ? (size_t)got : 0;
}

/* The whole of what was asked for, or an error. */
static int read_at(const struct image *image, void *buffer, size_t size, uint64_t offset)
{
    ssize_t got;

    if (offset > INT64_MAX)
        return -ENOEXEC;
    if (offset <= image->length && size <= image->length - offset) {
        memcpy(buffer, image->start + offset, size);
        return 0;
    }
    do
        got = pread(image->fd, buffer, size, (off_t)offset);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return -errno;
    return (size_t)got == size ? 0 : -ENOEXEC;
}

static int64_t pages(uint64_t start, uint64_t size)
{
    const uint64_t page = 4096;
    const uint64_t end = (start + size + page - 1) & ~(page - 1);

    return size > INT64_MAX / 2 || end < start ? INT64_MAX / 2
                                               : (int64_t)(end - (start & ~(page - 1)));
}

static void read_segment(struct dp_program *program, const struct image *image,
                         const Elf64_Phdr *segment)
{
    size_t length = sizeof(program->loader) - 1;

    if (segment->p_type == PT_LOAD && (segment->p_flags & PF_W)) {
        const int64_t more = pages(segment->p_vaddr, segment->p_memsz);

        if (program->writable_bytes > INT64_MAX - more)
            program->writable_bytes = INT64_MAX;
        else
            program->writable_bytes += more;
    } else if (segment->p_type == PT_INTERP && segment->p_filesz > 0) {
        if (segment->p_filesz < length)
            length = segment->p_filesz;
        if (read_at(image, program->loader, length, segment->p_offset) != 0)
            program->loader[0] = '\0';
        program->loader[length] = '\0';
    }
}

/* Is it a program of this architecture, and what does it take to start it? */
static int read_headers(struct dp_program *program, int fd, struct dualpipe_error *error)
{
    Elf64_Ehdr header;
    Elf64_Phdr segment;
    struct image image;

    open_image(&image, fd);
    if (image.length >= 2 && memcmp(image.start, "#!", 2) == 0) {
        fail(error, ENOEXEC, program->host);
        dp_advise(error, "it is a script: run its interpreter, and give the script as a file");
        return -ENOEXEC;
    }
    if (read_at(&image, &header, sizeof(header), 0) != 0 ||
        memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) {
        fail(error, ENOEXEC, program->host);
        dp_advise(error, "it is no ELF program");
        return -ENOEXEC;
    }
    if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != EM_X86_64 ||
        (header.e_type != ET_EXEC && header.e_type != ET_DYN) ||
        header.e_phentsize != sizeof(segment) || header.e_phnum > SEGMENTS_MAX) {
        fail(error, ENOEXEC, program->host);
        dp_advise(error, "it is no 64-bit x86-64 program: build it for this architecture");
        return -ENOEXEC;
    }
    for (unsigned i = 0; i < header.e_phnum; i++) {
        if (read_at(&image, &segment, sizeof(segment), header.e_phoff + i * sizeof(segment)) != 0)
            return fail(error, ENOEXEC, program->host);
        read_segment(program, &image, &segment);
    }
    return 0;
}

/* Does path lie at or below directory? */
static bool lies_below(const char *path, const char *directory)
{
    const size_t length = strlen(directory);

    return strncmp(path, directory, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

/* Is the path, links resolved, below a line of the view? Paths that the policy
 * shows as links have lines of their own for what they lead to. */
static bool is_in_view(const struct dp_policy *policy, const char *path, bool to_execute)
{
    char resolved[PATH_MAX];

    for (size_t i = 0; i < policy->view_count; i++) {
        const struct dp_view *view = &policy->views[i];
        const bool is_right_kind = to_execute
                                       ? view->kind == DP_VIEW_SHOW && view->executable
                                       : view->kind == DP_VIEW_SHOW || view->kind == DP_VIEW_DEVICE;

        if (is_right_kind && lies_below(path, view->path) && realpath(view->path, resolved) &&
            strcmp(resolved, view->path) == 0)
            return true;
    }
    return false;
}

bool dualpipe_policy_shows(const struct dualpipe_policy *policy, const char *path)
{
    char resolved[PATH_MAX];

    return realpath(path, resolved) && is_in_view(&policy->policy, resolved, false);
}

/* May the box's user read and execute this file? Its groups do not count. */
static bool is_usable_by(const struct stat *status, const struct dp_identity *identity)
{
    const mode_t wanted = status->st_uid == identity->uid ? 0500 : 0005;

    if (!identity->is_private &&
        !identity->is_subordinate) /* the caller's own id: the caller was asked */
        return true;
    return (status->st_mode & wanted) == wanted;
}

static int place(struct dp_program *program, const struct dp_policy *policy,
                 const struct dp_identity *identity, const struct stat *status, bool in_own_root,
                 struct dualpipe_error *error)
{
    const char *slash = strrchr(program->host, '/');

    program->is_shown = !in_own_root || is_in_view(policy, program->host, true);
    program->is_copied = in_own_root && !is_usable_by(status, identity);
    if (program->is_copied) {
        program->is_shown = false;
        if (status->st_size > COPY_MAX_BYTES)
            return fail(error, EFBIG, program->host);
        dp_descriptor_close(&program->fd);
        program->fd = open(program->host, O_RDONLY | O_CLOEXEC);
        if (program->fd < 0) {
            fail(error, errno, program->host);
            /* What this user may only execute takes a box of its own uid. */
            error->retryable = identity->is_subordinate;
            return -error->errnum;
        }
    }
    if (program->is_shown)
        snprintf(program->inside, sizeof(program->inside), "%s", program->host);
    else
        snprintf(program->inside, sizeof(program->inside), DP_PROGRAM_DIRECTORY "%.*s",
                 NAME_MAX + 1, slash ? slash : "/target");
    return 0;
}

static int inspect(struct dp_program *program, struct stat *status, struct dualpipe_error *error)
{
    int fd;
    int result;

    if (fstat(program->fd, status) != 0)
        return fail(error, errno, program->host);
    if (S_ISDIR(status->st_mode))
        return fail(error, EISDIR, program->host);
    if (!S_ISREG(status->st_mode))
        return fail(error, EACCES, program->host);
    if (faccessat(AT_FDCWD, program->host, X_OK, AT_EACCESS) != 0) {
        result = fail(error, errno, program->host);
        if (result == -EACCES)
            dp_advise(error, "make it executable: chmod +x");
        return result;
    }
    program->size_bytes = status->st_size;
    /* A file that may be executed and not read is not looked into: what is
     * wrong with it, the kernel will say. */
    fd = open(program->host, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return errno == EACCES ? 0 : fail(error, errno, program->host);
    result = read_headers(program, fd, error);
    close(fd);
    return result;
}

int dp_program_open(struct dp_program *program, const struct dualpipe_job *job,
                    const struct dp_policy *policy, const struct dp_identity *identity,
                    bool in_own_root, struct dualpipe_error *error)
{
    const char *path = job->program ? job->program : job->argv[0];
    struct stat status;
    int result;

    *program = (struct dp_program){.fd = -1};
    if (!path[0])
        return fail(error, ENOENT, "");
    if (!realpath(path, program->host))
        return fail(error, errno, path);
    program->fd = open(program->host, O_PATH | O_CLOEXEC);
    if (program->fd < 0)
        return fail(error, errno, path);
    result = inspect(program, &status, error);
    if (result == 0)
        result = place(program, policy, identity, &status, in_own_root, error);
    if (result == 0 && program->fd >= 0) {
        program->fd = dp_descriptor_raise(program->fd);
        if (program->fd < 0)
            result = fail(error, -program->fd, path);
    }
    if (result < 0)
        dp_program_release(program);
    return result;
}

void dp_program_release(struct dp_program *program)
{
    dp_descriptor_close(&program->fd);
}
