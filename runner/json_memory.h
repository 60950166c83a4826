/* SPDX-License-Identifier: MIT */
/* json_memory.h - JSON where there is no memory. */
#ifndef RUNNER_JSON_MEMORY_H
#define RUNNER_JSON_MEMORY_H

/* From now on the command ends, with a message, where jansson gets no memory: its
 * parser does not survive that. */
void json_memory_or_end(void);

#endif
