/* SPDX-License-Identifier: MIT */
/* json.h - all that was measured, for programs. */
#ifndef BENCH_JSON_H
#define BENCH_JSON_H

#include "machine.h"
#include "measure.h"

void json_write(FILE *out, const struct machine *machine, const struct bench *bench);

#endif /* BENCH_JSON_H */
