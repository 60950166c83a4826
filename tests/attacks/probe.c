/* SPDX-License-Identifier: MIT */
/* probe.c - what a run before has left in a box: one line for each thing that
 * should not be there; nothing and status 0 where the box is as new. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

static int found;

static void look_for_files(const char *path)
{
    DIR *directory = opendir(path);
    const struct dirent *entry;

    while (directory && (entry = readdir(directory)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            found += printf("a file: %s/%s\n", path, entry->d_name) > 0;
    if (directory)
        closedir(directory);
}

static void look_at_self(void)
{
    sigset_t blocked;
    char path[256];
    struct stat status;

    sigprocmask(SIG_BLOCK, NULL, &blocked);
    for (int number = 1; number < 65; number++) {
        struct sigaction action;

        if (sigismember(&blocked, number) == 1)
            found += printf("signal %d is blocked\n", number) > 0;
        if (sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_DFL)
            found += printf("signal %d is not as it should be\n", number) > 0;
    }
    for (int fd = 3; fd < 1024; fd++)
        if (fcntl(fd, F_GETFD) != -1)
            found += printf("descriptor %d is open\n", fd) > 0;
    if (getcwd(path, sizeof(path)) && strcmp(path, "/box") != 0)
        found += printf("it is in %s\n", path) > 0;
    if (stat("/box", &status) == 0 && (status.st_mode & 07777) != 0700 &&
        (status.st_mode & 07777) != 0755)
        found += printf("the mode of /box is %o\n", (unsigned)status.st_mode) > 0;
    if (getpriority(PRIO_PROCESS, 0) != 0)
        found += printf("its priority is %d\n", getpriority(PRIO_PROCESS, 0)) > 0;
}

static void look_for_marks(const char *path)
{
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct stat status;
    char names[4096];
    int flags = 0;

    if (fd < 0)
        return;
    if (flistxattr(fd, names, sizeof(names)) > 0)
        found += printf("%s has the attribute %s\n", path, names) > 0;
    if (ioctl(fd, FS_IOC_GETFLAGS, &flags) == 0 && (flags & (FS_NODUMP_FL | FS_NOATIME_FL)) != 0)
        found += printf("%s has flags: %x\n", path, (unsigned)flags) > 0;
    if (fstat(fd, &status) == 0 && status.st_mtim.tv_sec < 1000000000)
        found += printf("%s has a time that was set\n", path) > 0;
    close(fd);
}

/* What the process before may have given to the one that it comes from. */
static void look_at_inherited(void)
{
    static const int kinds[] = {RLIMIT_FSIZE, RLIMIT_NPROC, RLIMIT_NOFILE};
    struct itimerval timer;
    struct rlimit limit;
    sigset_t pending;
    const mode_t mask = umask(022);

    if (mask != 022)
        found += printf("its umask is %o\n", (unsigned)mask) > 0;
    if (getitimer(ITIMER_REAL, &timer) == 0 && timer.it_value.tv_usec + timer.it_value.tv_sec > 0)
        found += printf("a timer runs\n") > 0;
    if (sigpending(&pending) == 0)
        for (int number = 1; number < 65; number++)
            if (sigismember(&pending, number) == 1)
                found += printf("signal %d is pending\n", number) > 0;
    if (sched_getscheduler(0) > SCHED_OTHER)
        found += printf("its scheduler is %d\n", sched_getscheduler(0)) > 0;
    for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (getrlimit(kinds[i], &limit) == 0 && limit.rlim_cur == 4096)
            found += printf("limit %d is 4096\n", kinds[i]) > 0;
}

static void look_for_processes(void)
{
    for (pid_t pid = 2; pid < 33000; pid++)
        if (pid != getpid() && pid != getppid() && kill(pid, 0) == 0)
            found += printf("process %d is there\n", (int)pid) > 0;
}

int main(void)
{
    look_for_files("/box");
    look_for_files("/tmp");
    look_for_marks("/box");
    look_for_marks("/tmp");
    look_for_marks("/dev/shm");
    look_at_self();
    look_at_inherited();
    look_for_processes();
    return found > 0;
}
