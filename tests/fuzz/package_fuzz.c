/* SPDX-License-Identifier: MIT */
/* package_fuzz.c - libFuzzer on packages of problems, as directories: settings, groups of
 * cases, examples. The input is a list of files: PATH, a newline, the contents, 0xff. */
#include "fuzz.h"

#include "problem.h"

#include <ftw.h>
#include <sys/stat.h>

#define FILES_MAX 16

static char root[FUZZ_PATH];

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    return where->level == 0 ? 0 : remove(path);
}

static void empty_root(void)
{
    nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void remove_root(void)
{
    empty_root();
    rmdir(root);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_directory(root);
    atexit(remove_root);
    return 0;
}

/* Below the root, and nowhere else. */
static bool is_tame(const char *path)
{
    return path[0] && path[0] != '/' && !strstr(path, "..") && strlen(path) < 200;
}

static void make_directories(int directory, const char *path)
{
    char part[256];

    for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        memcpy(part, path, (size_t)(slash - path));
        part[slash - path] = '\0';
        mkdirat(directory, part, 0700);
    }
}

static void put_file(int directory, struct fuzz_bytes file)
{
    const struct fuzz_bytes name = fuzz_until(&file, '\n');
    char *path = fuzz_text(name.data, name.size);
    int fd;

    if (is_tame(path)) {
        make_directories(directory, path);
        fd = openat(directory, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0700);
        if (fd >= 0) {
            MUST(file.size == 0 || write(fd, file.data, file.size) == (ssize_t)file.size);
            close(fd);
        }
    }
    free(path);
}

static void check_problem(const struct problem *problem)
{
    MUST(problem->time_limit_s >= 0 && problem->time_limit_s < 1e9);
    MUST(problem->memory_bytes > 0 && problem->output_bytes > 0 && problem->code_bytes > 0);
    MUST(problem->compile_us > 0 && problem->validation_us > 0 && problem->passes_max > 0);
    for (size_t i = 0; i < problem->test_count; i++) {
        MUST(problem->tests[i].group < problem->group_count);
        MUST(problem->tests[i].name && problem->tests[i].input);
    }
    for (size_t i = 0; i < problem->group_count; i++)
        MUST(problem->groups[i].parent == NO_GROUP ||
             problem->groups[i].parent < problem->group_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const int directory = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct fuzz_bytes bytes = {data, size};
    struct problem problem;

    MUST(directory >= 0);
    for (int i = 0; i < FILES_MAX && bytes.size > 0; i++)
        put_file(directory, fuzz_until(&bytes, 0xff));
    if (problem_read(&problem, root) == 0) {
        MUST(!problem.error);
        check_problem(&problem);
    } else {
        MUST(problem.error);
    }
    problem_release(&problem);
    close(directory);
    empty_root();
    return 0;
}
