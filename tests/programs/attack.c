/* SPDX-License-Identifier: MIT */
/* attack.c - targets that look for a way out of the box. Each prints what it
 * found, one thing on each line; nothing printed and status 0 is a tight box. */
#include "command.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int found_count;

__attribute__((format(printf, 1, 2))) static void found(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf("\n");
    fflush(stdout);
    found_count++;
}

/* Descriptors beside the standard three. */
static int descriptors(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    for (int fd = 0; fd < 65536; fd++) {
        const bool is_open = fcntl(fd, F_GETFD) != -1 || errno != EBADF;

        if (is_open != (fd < 3))
            found("descriptor %d is %s", fd, is_open ? "open" : "closed");
    }
    return found_count > 0;
}

/* Names in the directories given, one on each line. */
static int list(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        DIR *directory = opendir(argv[i]);
        const struct dirent *entry;

        if (!directory) {
            printf("%s: %d\n", argv[i], errno);
            continue;
        }
        while ((entry = readdir(directory)))
            if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
                printf("%s/%s\n", strcmp(argv[i], "/") == 0 ? "" : argv[i], entry->d_name);
        closedir(directory);
    }
    return 0;
}

static bool can_make(const char *directory)
{
    char path[512];
    int fd;

    snprintf(path, sizeof(path), "%s/new-file", directory);
    fd = open(path, O_CREAT | O_RDWR, 0600);
    if (fd < 0)
        return false;
    close(fd);
    unlink(path);
    return true;
}

/* writable DIRECTORY...: those where a file can be made. */
static int writable(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (can_make(argv[i]))
            found("write %s", argv[i]);
        if (mkdir("/x", 0700) == 0 || rmdir("/usr") == 0 || rename(argv[i], "/y") == 0)
            found("change / or %s", argv[i]);
    }
    return 0;
}

/* overwrite FILE...: those that can be opened for writing or changed. */
static int overwrite(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const int fd = open(argv[i], O_WRONLY);

        if (fd >= 0)
            found("open %s", argv[i]);
        if (truncate(argv[i], 0) == 0)
            found("truncate %s", argv[i]);
        if (unlink(argv[i]) == 0)
            found("unlink %s", argv[i]);
    }
    return found_count > 0;
}

/* Ids, groups and capabilities as seen from inside. */
static int identity(int argc, char **argv)
{
    struct {
        unsigned version;
        int pid;
    } header = {0x20080522, 0};
    unsigned data[6] = {0};

    (void)argc;
    (void)argv;
    if (syscall(SYS_capget, &header, data) != 0 || data[0] || data[1] || data[2] || data[3] ||
        data[4] || data[5])
        found("a capability");
    printf("%d %d %d %d\n", (int)getuid(), (int)geteuid(), (int)getgid(), (int)getegid());
    if (getgroups(0, NULL) > 0)
        printf("groups %d\n", getgroups(0, NULL));
    return found_count > 0;
}

/* Fills every descriptor it may have, then needs them. */
static int open_all(int argc, char **argv)
{
    long made = 3;
    int fd;

    (void)argc;
    (void)argv;
    while ((fd = dup(1)) >= 0 && made < 100000)
        made++;
    printf("%d %ld\n", errno, made);
    return 0;
}

static int devices(int argc, char **argv)
{
    char byte = 0;
    int fd;

    (void)argc;
    (void)argv;
    fd = open("/dev/null", O_RDWR);
    if (fd < 0 || write(fd, "x", 1) != 1 || read(fd, &byte, 1) != 0)
        found("/dev/null does not work");
    fd = open("/dev/urandom", O_RDONLY);
    if (fd < 0 || read(fd, &byte, 1) != 1)
        found("/dev/urandom does not work");
    return found_count > 0;
}

int main(int argc, char **argv)
{
    static const struct act acts[] = {
        {"descriptors", descriptors}, {"list", list},         {"writable", writable},
        {"overwrite", overwrite},     {"identity", identity}, {"open-all", open_all},
        {"devices", devices},
    };

    return run_act(acts, ACT_COUNT(acts), argc, argv);
}
