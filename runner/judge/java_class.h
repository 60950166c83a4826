/* SPDX-License-Identifier: MIT */
/* java_class.h - which of the classes that a compiler made is to be run. */
#ifndef RUNNER_JUDGE_JAVA_CLASS_H
#define RUNNER_JUDGE_JAVA_CLASS_H

#include <stdbool.h>
#include <stddef.h>

/* Is this a class file with a method that starts a program:
 * public static void main(String[])? Sets the class's name, "pack/Name", cut to
 * fit. The bytes are a submission's to choose. */
bool java_class_starts(const void *bytes, size_t size, char *name, size_t name_size);

/* Of all class files beneath a directory of ours, the one to run: called as wanted,
 * else "Main", else as the file's base name, else the first one by its name.
 * Wanted and base may be NULL. Returns "pack.Name", the caller's to free, or NULL. */
char *java_class_find(const char *directory, const char *wanted, const char *base);

#endif
