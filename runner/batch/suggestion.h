/* SPDX-License-Identifier: MIT */
/* suggestion.h - the word that was probably meant. */
#ifndef BATCH_SUGGESTION_H
#define BATCH_SUGGESTION_H

#include <stddef.h>

/* Of the words the one that is nearest to what was written, by letters to be
 * changed, added, left out or exchanged with their neighbour; NULL where none is
 * near. */
const char *suggestion(const char *written, const char *const *words, size_t count);

#endif
