/* SPDX-License-Identifier: MIT */
/* proc_fuzz.c - libFuzzer on the readers of /proc: a target names its processes and its
 * threads, and paths are the host's. Files between 0xff: stat, status, mountinfo,
 * syscall, a line of maps, lines of cgroup. */
#include "fuzz.h"

#include "../../lib/attest.c"
#include "../../lib/cgroup_find.c"
#include "../../lib/family.c"
#include "../../lib/memory.c"
#include "../../lib/meter.c"
#include "../../lib/stack.c"

static const char *const names[] = {"stat", "status", "mountinfo", "syscall"};
#define NAME_COUNT (sizeof(names) / sizeof(names[0]))

static char root[FUZZ_PATH];
static int directory = -1;

static void remove_root(void)
{
    for (size_t i = 0; i < NAME_COUNT; i++)
        unlinkat(directory, names[i], 0);
    rmdir(root);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_directory(root);
    directory = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    MUST(directory >= 0);
    atexit(remove_root);
    return 0;
}

/* A root of 1 MiB, /usr shown, /box writable and /tmp with a size of its own. */
static void make_plan(struct dp_block *block)
{
    struct dp_mount_step steps[3] = {{.kind = DP_MOUNT_TREE, .fd = -1},
                                     {.kind = DP_MOUNT_WRITABLE, .fd = -1},
                                     {.kind = DP_MOUNT_TMPFS, .fd = -1}};
    struct dp_plan plan = {.mount_count = 3};

    dp_block_put(block, NULL, sizeof(plan));
    plan.tmpfs_size = dp_block_text(block, "1048576");
    plan.tmpfs_inodes = dp_block_text(block, "100");
    steps[0].target = dp_block_text(block, "usr");
    steps[1].target = dp_block_text(block, "box");
    steps[2].target = dp_block_text(block, "tmp");
    steps[2].size = plan.tmpfs_size;
    steps[2].inodes = plan.tmpfs_inodes;
    plan.mounts = dp_block_put(block, steps, sizeof(steps));
    MUST(!block->failed);
    memcpy(block->bytes, &plan, sizeof(plan));
}

/* Each line of it that is not about a planned place is refused. */
static void check_mountinfo(const struct attestation *it, const struct fuzz_bytes *text)
{
    const int result = check_all_mounts(it);
    struct fuzz_bytes bytes = *text;

    MUST(result == 0 || (result == -EPROTO && it->error->errnum == EPROTO));
    while (result == 0 && bytes.size > 0) {
        const struct fuzz_bytes part = fuzz_until(&bytes, '\n');
        char *line = fuzz_text(part.data, part.size);
        char *rest = line;
        const char *mount = "/";

        for (int i = 0; i < 5 && rest; i++)
            mount = strsep(&rest, " ");
        if (rest && !strchr(mount, '\\'))
            MUST(strcmp(mount, "/") == 0 || strncmp(mount, "/usr", 4) == 0 ||
                 strncmp(mount, "/box", 4) == 0 || strncmp(mount, "/tmp", 4) == 0);
        free(line);
        if (memchr(part.data, '\0', part.size))
            return;
    }
}

static void check_readers(const struct dp_run *run, const struct fuzz_bytes *maps)
{
    struct dp_memory_use use = {0};
    char word[16];
    char *line = fuzz_text(maps->data, maps->size);

    (void)dp_stack_top(directory);
    (void)dp_stack_fault_is_fatal(directory);
    (void)number_inside(directory);
    (void)dp_meter_only_cpu(run);
    (void)state_of(directory);
    say_what_for(run, directory, word, sizeof(word));
    MUST(word[0] && strnlen(word, sizeof(word)) < sizeof(word));
    (void)read_status(directory, "status", &use);
    (void)is_unwritable_there(line, 0x1000);
    free(line);
}

static void check_groups(struct fuzz_bytes bytes)
{
    struct tree *trees = calloc(DP_TREE_COUNT, sizeof(*trees));

    MUST(trees);
    while (bytes.size > 0) {
        const struct fuzz_bytes part = fuzz_until(&bytes, '\n');
        char *line = fuzz_text(part.data, part.size);
        char *copy = fuzz_text(part.data, part.size);

        read_mount(trees, line);
        read_own(trees, copy);
        free(copy);
        free(line);
    }
    free(trees);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_bytes bytes = {data, size};
    struct fuzz_bytes parts[NAME_COUNT];
    struct dp_run *run = calloc(1, sizeof(*run));
    struct dualpipe_error error = {0};
    struct attestation it = {.error = &error};
    struct fuzz_bytes maps;

    MUST(run);
    for (size_t i = 0; i < NAME_COUNT; i++) {
        parts[i] = fuzz_until(&bytes, 0xff);
        fuzz_put(directory, names[i], parts[i].data, parts[i].size);
    }
    run->box.target_proc = directory;
    run->setup.layers = UINT32_MAX;
    it.box = &run->box;
    it.setup = &run->setup;
    make_plan(&run->setup.block);
    (void)check_status(&it);
    check_mountinfo(&it, &parts[2]);
    maps = fuzz_until(&bytes, 0xff);
    check_readers(run, &maps);
    check_groups(bytes);
    dp_block_release(&run->setup.block);
    free(run);
    return 0;
}
