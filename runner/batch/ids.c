/* SPDX-License-Identifier: MIT */
/* ids.c - see ids.h. */
#include "ids.h"

#include "../../policy/sha256.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 1024U

static uint64_t number_of(const char *digits)
{
    char text[17];

    memcpy(text, digits, 16);
    text[16] = '\0';
    return strtoull(text, NULL, 16);
}

/* 128 bits of SHA-256: two names are never taken for one. */
static void hash_key(const struct job_key *key, uint64_t hash[2])
{
    struct dp_sha256 state;
    char text[65];

    dp_sha256_init(&state);
    dp_sha256_add(&state, &key->number, sizeof(key->number));
    dp_sha256_add(&state, key->id ? "n" : "l", 1);
    if (key->id)
        dp_sha256_add(&state, key->id, key->id_size);
    dp_sha256_finish(&state, text);
    hash[0] = number_of(text) | 1; /* never that of an empty place */
    hash[1] = number_of(text + 16);
}

/* Where it is, or the empty place where it would be. */
static struct met *find(const struct ids *ids, const uint64_t hash[2])
{
    size_t at = (size_t)hash[1] & (ids->room - 1);

    while (ids->places[at].hash[0] != 0 &&
           (ids->places[at].hash[0] != hash[0] || ids->places[at].hash[1] != hash[1]))
        at = (at + 1) & (ids->room - 1);
    return &ids->places[at];
}

static int grow(struct ids *ids)
{
    struct ids larger = *ids;
    size_t i;

    larger.room = ids->room ? 2 * ids->room : FIRST_ROOM;
    larger.places = calloc(larger.room, sizeof(*larger.places));
    if (!larger.places)
        return -1;
    for (i = 0; i < ids->room; i++) {
        if (ids->places[i].hash[0] != 0)
            *find(&larger, ids->places[i].hash) = ids->places[i];
    }
    free(ids->places);
    *ids = larger;
    return 0;
}

uint64_t ids_add(struct ids *ids, const struct job_key *key)
{
    uint64_t hash[2];
    struct met *place;

    if (ids->count >= ids->room / 4 * 3 && grow(ids) < 0)
        return 0;
    hash_key(key, hash);
    place = find(ids, hash);
    if (place->hash[0] == 0) {
        if (ids->count_max > 0 && ids->count >= ids->count_max)
            return 0;
        place->hash[0] = hash[0];
        place->hash[1] = hash[1];
        ids->count++;
    }
    return ++place->times;
}

bool ids_have(const struct ids *ids, const struct job_key *key)
{
    uint64_t hash[2];

    if (ids->count == 0)
        return false;
    hash_key(key, hash);
    return find(ids, hash)->hash[0] != 0;
}

void ids_release(struct ids *ids)
{
    free(ids->places);
    *ids = (struct ids){0};
}
