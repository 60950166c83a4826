/* SPDX-License-Identifier: MIT */
/*
 * character.h - one character of UTF-8 after the other, out of bytes that
 * nobody vouches for.
 */
#ifndef RUNNER_JUDGE_CHARACTER_H
#define RUNNER_JUDGE_CHARACTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Read the character at the start of the bytes. Returns its length, or 0: there
 * is none, or it is not UTF-8. */
size_t character_read(const char *bytes, size_t size, uint32_t *code);

/* May it be shown as it is? Not if it steers a terminal or turns the direction
 * of a line; nor if XML has no place for it. A newline and a tab may not. */
bool character_is_shown(uint32_t code);

/* How many columns it takes on a terminal: 0, 1 or 2. */
unsigned character_width(uint32_t code);

#endif
