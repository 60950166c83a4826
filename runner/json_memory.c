/* SPDX-License-Identifier: MIT */
/* json_memory.c - see json_memory.h. */
#include "json_memory.h"
#include "commands.h"
#include "words.h"

#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

/* At once, for other threads are at work; what they run ends with this process. */
static void *take_or_end(size_t size)
{
    void *memory = malloc(size);

    if (memory || size == 0)
        return memory;
    say("there is no memory to read or write JSON: free some");
    _exit(EXIT_NO_VERDICT);
}

void json_memory_or_end(void)
{
    json_set_alloc_funcs(take_or_end, free);
}
