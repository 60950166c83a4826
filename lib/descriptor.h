/* SPDX-License-Identifier: MIT */
/* descriptor.h - descriptors of ours: never 0, 1 or 2, always close-on-exec. */
#ifndef DP_DESCRIPTOR_H
#define DP_DESCRIPTOR_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Move a descriptor above 2, where a host with closed standard streams got a
 * low one. Takes fd over. Returns it, its successor, or a negative errno. */
int dp_descriptor_raise(int fd);
/* The same, but for want of another number it stays as it is: for what must not be lost. */
int dp_descriptor_raise_or_keep(int fd);

/* Close once: *fd is -1 afterwards. errno is kept. */
void dp_descriptor_close(int *fd);

/* A pipe, both ends above 2. Returns 0 or a negative errno value. */
int dp_descriptor_pipe(int *read_end, int *write_end);

/* A sealed file in memory that holds these bytes; executable where asked. */
int dp_descriptor_memory(const char *name, const void *data, size_t size, bool executable);

/* The entries of a directory beneath another one, for readdir(3). NULL: errno says why. */
DIR *dp_descriptor_list(int directory, const char *name);

/* Add O_NONBLOCK to a description that is ours alone. */
int dp_descriptor_nonblocking(int fd);

/* Wait until poll(2) has something to say of one of these, for so long and no longer,
 * however many signals the caller gets meanwhile. Returns false where it has not. */
struct pollfd;
bool dp_descriptors_await(struct pollfd *waits, unsigned count, int64_t timeout_us);
/* Of one alone: until there is something to read, or, of a pidfd, until it has ended. */
bool dp_descriptor_await(int fd, int64_t timeout_us);

#endif
