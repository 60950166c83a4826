/* SPDX-License-Identifier: MIT */
/* zip.h - a package that came as an archive, unpacked inside bounds. */
#ifndef RUNNER_JUDGE_ZIP_H
#define RUNNER_JUDGE_ZIP_H

/* Unpack a zip file into a directory that is there and empty. Returns 0, or -1
 * and *error, the caller's to free. */
int zip_unpack(const char *path, const char *directory, char **error);

#endif
