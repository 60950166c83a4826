/* SPDX-License-Identifier: MIT */
/* plot.h - the tables as bars, in SVG: each way's ratio to its table's first one. */
#ifndef BENCH_PLOT_H
#define BENCH_PLOT_H

#include "machine.h"
#include "results.h"

void plot_write(FILE *out, const struct machine *machine, const struct results *results);

#endif /* BENCH_PLOT_H */
