/* SPDX-License-Identifier: MIT */
/*
 * leave.c - leaves something behind, or looks for what others have left.
 *
 * leave-behind ipc: one object of each kind. leave-behind traces: exits with 1
 * and says so when it finds anything that is not its own.
 */
#include "command.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

static int found_count;

static void found(const char *what, const char *name)
{
    printf("found %s %s\n", what, name);
    found_count++;
}

static int ipc(int argc, char **argv)
{
    int failures = 0;

    (void)argc;
    (void)argv;
    failures += shmget(4711, 4096, IPC_CREAT | 0666) < 0;
    failures += semget(4711, 1, IPC_CREAT | 0666) < 0;
    failures += msgget(4711, IPC_CREAT | 0666) < 0;
    failures += mq_open("/left", O_CREAT | O_RDWR, 0666, NULL) < 0 && errno != ENOSYS &&
                errno != EMFILE; /* RLIMIT_MSGQUEUE is 0 */
    printf("%d\n", failures);
    return failures;
}

static void look_into(const char *path)
{
    DIR *directory = opendir(path);
    const struct dirent *entry;

    while (directory && (entry = readdir(directory)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            found(path, entry->d_name);
    if (directory)
        closedir(directory);
}

static void look_for_processes(void)
{
    char own[16];
    DIR *directory = opendir("/proc");
    const struct dirent *entry;

    snprintf(own, sizeof(own), "%d", (int)getpid());
    while (directory && (entry = readdir(directory)))
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && strcmp(entry->d_name, own) != 0)
            found("process", entry->d_name);
    if (directory)
        closedir(directory);
    if (kill(-1, 0) == 0)
        found("process", "that can be signalled");
}

static void look_for_ipc(void)
{
    if (shmget(4711, 0, 0) >= 0)
        found("shared memory", "4711");
    if (semget(4711, 0, 0) >= 0)
        found("semaphores", "4711");
    if (msgget(4711, 0) >= 0)
        found("message queue", "4711");
}

static int traces(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    look_into("/box");
    look_into("/tmp");
    look_for_processes();
    look_for_ipc();
    for (int fd = 3; fd < 1024; fd++)
        if (fcntl(fd, F_GETFD) != -1)
            found("descriptor", "");
    return found_count > 0;
}

int main(int argc, char **argv)
{
    static const struct act acts[] = {{"ipc", ipc}, {"traces", traces}};

    return run_act(acts, ACT_COUNT(acts), argc, argv);
}
