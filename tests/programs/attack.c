/* SPDX-License-Identifier: MIT */
/* attack.c - targets that look for a way out of the box. Each prints what it
 * found, one thing on each line; nothing printed and status 0 is a tight box. */
#include "command.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
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

/* Every path given is looked for in all ways there are. */
static int paths(int argc, char **argv)
{
    struct stat status;

    for (int i = 1; i < argc; i++) {
        int fd = open(argv[i], O_RDONLY);

        if (fd >= 0)
            found("open %s", argv[i]);
        if (fd >= 0)
            close(fd);
        if (lstat(argv[i], &status) == 0)
            found("stat %s", argv[i]);
        if (access(argv[i], F_OK) == 0)
            found("access %s", argv[i]);
        if (chdir(argv[i]) == 0)
            found("chdir %s", argv[i]);
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

/* Ways up and out by relative paths. */
static int climb(int argc, char **argv)
{
    char path[4096] = "";
    struct stat here;
    struct stat root;

    (void)argc;
    (void)argv;
    for (int i = 0; i < 64; i++) {
        strcat(path, "../");
        if (chdir(path) != 0 && errno != EACCES)
            found("chdir %s: %d", path, errno);
    }
    if (stat(".", &here) != 0 || stat("/", &root) != 0 || here.st_ino != root.st_ino ||
        here.st_dev != root.st_dev)
        found("not at the root");
    if (stat("/etc/passwd", &here) == 0 || stat("etc/shadow", &here) == 0)
        found("a file of the host");
    return found_count > 0;
}

/* What is dead and not reaped yet takes signals too. */
static bool stays(pid_t pid)
{
    for (int i = 0; i < 100 && kill(pid, 0) == 0; i++)
        usleep(10000);
    return kill(pid, 0) == 0;
}

/* Who can be sent a signal? Only oneself, and init takes none. */
static int signals(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    if (getpid() == 1)
        found("is process 1");
    if (kill(1, SIGKILL) == 0)
        printf("sent to 1\n"); /* the kernel says yes, and drops it */
    if (getppid() > 1 && kill(getppid(), SIGKILL) == 0)
        found("kill parent %d", getppid());
    for (pid_t pid = 2; pid < 70000; pid++)
        if (pid != getpid() && kill(pid, 0) == 0 && stays(pid))
            found("process %d", pid);
    if (syscall(SYS_tgkill, getppid(), getppid(), SIGKILL) == 0)
        printf("sent to the parent\n");
    sleep(1);
    printf("alive\n");
    return found_count > 0;
}

/* Everything that can be killed, is; the kernel leaves the caller out. */
static int kill_all(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    errno = 0;
    printf("%d", kill(-1, SIGKILL));
    printf(" %d\n", errno);
    return 0;
}

/* Signals to init, for ever: it may not be kept from its work. */
static int pester_init(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    for (;;) {
        kill(1, SIGCHLD);
        kill(1, SIGTERM);
        kill(1, SIGSTOP);
        kill(-1, SIGCONT);
    }
    return 0;
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

/* Looks for a text in all of its own memory that can be read. There is no
 * /proc/self/maps: pages are tried by write(2), which says EFAULT. By a byte at
 * first: on Linux 6.1, whole pages that fault use up the pipe. */
static int memory(int argc, char **argv)
{
    static const char parts[2][24] = {"the-secret-", "of-the-host"};
    int ends[2];
    char page[4096];
    long pages = 0;
    const char *stack = (const char *)((unsigned long)page & ~4095UL);

    (void)argc;
    (void)argv;
    if (pipe(ends) != 0)
        return 2;
    for (long step = -4096; step < 4096; step++) { /* the stack, with argv and environ */
        const char *here = stack + step * 4096;

        if (write(ends[1], here, 1) != 1)
            continue;
        if (read(ends[0], page, 1) != 1 || write(ends[1], here, 4096) != 4096 ||
            read(ends[0], page, sizeof(page)) != 4096)
            return 2;
        pages++;
        for (int i = 0; i + 24 < 4096; i++)
            if (memcmp(page + i, parts[0], 11) == 0 && memcmp(page + i + 11, parts[1], 11) == 0)
                found("the secret at %p", (const void *)(here + i));
    }
    printf("%ld pages\n", pages);
    return found_count > 0;
}

/* Closes all it has, and stays. */
static int close_all(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    for (int fd = 0; fd < 1024; fd++)
        close(fd);
    sleep(3600);
    return 0;
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

/* Makes itself unreadable for a supervisor that is an ordinary user. */
static int hide(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    printf("%ld", syscall(SYS_prctl, 4 /* PR_SET_DUMPABLE */, 0, 0, 0, 0));
    printf(" %d\n", errno);
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

/* Names that hurt who prints them, and a FIFO of a file: left in /box. */
static int bad_names(int argc, char **argv)
{
    static const char *const names[] = {"a\nb", "\033[2J", "\xff\xfe", "-rf", " "};

    (void)argc;
    (void)argv;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const int fd = open(names[i], O_CREAT | O_WRONLY, 0);

        if (fd < 0)
            found("cannot make one: %d", errno);
        else
            close(fd);
    }
    return found_count > 0;
}

int main(int argc, char **argv)
{
    static const struct act acts[] = {
        {"descriptors", descriptors},
        {"paths", paths},
        {"list", list},
        {"writable", writable},
        {"overwrite", overwrite},
        {"climb", climb},
        {"signals", signals},
        {"kill-all", kill_all},
        {"pester-init", pester_init},
        {"identity", identity},
        {"memory", memory},
        {"close-all", close_all},
        {"open-all", open_all},
        {"hide", hide},
        {"devices", devices},
        {"bad-names", bad_names},
    };

    return run_act(acts, ACT_COUNT(acts), argc, argv);
}
