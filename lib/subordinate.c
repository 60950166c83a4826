/* SPDX-License-Identifier: MIT */
/* subordinate.c - see subordinate.h: which ids there are, and which one is free. */
#include "subordinate.h"

#include "claim.h"
#include "error.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define LINE_BYTES 512
#define FILE_LINES_MAX 1000000U
#define NAME_BYTES 256

/* The next line without its newline; one that is too long comes as "". Returns false at
 * the end. */
static bool next_line(FILE *file, char line[LINE_BYTES], unsigned *count)
{
    char *newline;
    int c;

    if (++*count > FILE_LINES_MAX || !fgets(line, LINE_BYTES, file))
        return false;
    newline = strchr(line, '\n');
    if (newline) {
        *newline = '\0';
    } else if (!feof(file)) {
        while ((c = getc(file)) != EOF && c != '\n')
            ;
        line[0] = '\0';
    }
    return true;
}

/* A decimal number that is an id, or a count of them, and nothing else. */
static bool read_id(const char *text, uint32_t *value)
{
    unsigned long long read;
    char *end;

    if (!text || text[0] < '0' || text[0] > '9')
        return false;
    errno = 0;
    read = strtoull(text, &end, 10);
    if (errno != 0 || *end != '\0' || read >= UINT32_MAX) /* which is no id, but (uid_t)-1 */
        return false;
    *value = (uint32_t)read;
    return true;
}

/* "OWNER:FIRST:COUNT", of which ids that are root's or no ids are none. */
static bool read_range(char *line, const char *user, uid_t uid, struct dp_id_range *range)
{
    char *rest = line;
    const char *owner = strsep(&rest, ":");
    uint32_t number;
    bool is_own = user[0] != '\0' && strcmp(owner, user) == 0;

    if (!is_own && (!read_id(owner, &number) || number != uid))
        return false;
    if (!read_id(strsep(&rest, ":"), &range->first) || !read_id(rest, &range->count))
        return false;
    return range->first > 0 && range->count > 0 && range->count <= UINT32_MAX - range->first;
}

int dp_subordinate_find(const char *file, const char *user, uid_t uid, struct dp_id_range *range)
{
    struct dp_id_range found = {0};
    struct dp_id_range next;
    char line[LINE_BYTES];
    unsigned count = 0;
    FILE *lines = fopen(file, "re");

    if (!lines)
        return -errno;
    while (next_line(lines, line, &count))
        if (read_range(line, user, uid, &next) && next.count > found.count)
            found = next;
    fclose(lines);
    *range = found;
    return 0;
}

/* Of passwd(5): "NAME:x:UID:...". "": it is not there, as a directory service's user is
 * not; then only its number can have a range. */
static void find_name(uid_t uid, char name[NAME_BYTES])
{
    char line[LINE_BYTES];
    unsigned count = 0;
    uint32_t number;
    FILE *file = fopen("/etc/passwd", "re");

    name[0] = '\0';
    while (file && !name[0] && next_line(file, line, &count)) {
        char *rest = line;
        const char *first = strsep(&rest, ":");

        if (strsep(&rest, ":") && read_id(strsep(&rest, ":"), &number) && number == uid)
            snprintf(name, NAME_BYTES, "%s", first);
    }
    if (file)
        fclose(file);
}

static int refuse(struct dualpipe_error *error, int errnum, const char *subject)
{
    return dp_fail_layer(error, DUALPIPE_STEP_MAP_IDS, errnum, DUALPIPE_LAYER_USER_NAMESPACE,
                         subject);
}

static int check_programs(struct dualpipe_error *error)
{
    static const char *const programs[] = {DP_NEWUIDMAP, DP_NEWGIDMAP};

    for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
        if (access(programs[i], X_OK) == 0)
            continue;
        refuse(error, EPERM, programs[i]);
        dp_advise(error, "a box that is used again needs a second user id: install the package "
                         "uidmap (apt-get install uidmap), or ask for fresh boxes, or run as root");
        return -EPERM;
    }
    /* They are set-uid, and take the real ids for who is asking. */
    if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1 && getuid() == geteuid() &&
        getgid() == getegid())
        return 0;
    refuse(error, EPERM, DP_NEWUIDMAP);
    dp_advise(error, "a box that is used again needs a second user id, which no_new_privs, or "
                     "other effective than real ids, keep from this process: ask for fresh boxes, "
                     "or run without these, or as root");
    return -EPERM;
}

static int find_ranges(struct dp_id_range *uids, struct dp_id_range *gids,
                       struct dualpipe_error *error)
{
    const uid_t uid = geteuid();
    const char *file = DP_SUBORDINATE_UIDS;
    char user[NAME_BYTES];
    int result;

    find_name(uid, user);
    result = dp_subordinate_find(file, user, uid, uids);
    if (result == 0 && uids->count > 0) {
        file = DP_SUBORDINATE_GIDS;
        result = dp_subordinate_find(file, user, uid, gids);
    }
    if (result == 0 && uids->count > 0 && gids->count > 0)
        return 0;
    refuse(error, EPERM, file);
    if (user[0])
        dp_advise(error,
                  "a box that is used again needs a second user id: root can give %.32s a range "
                  "(usermod --add-subuids 100000-165535 --add-subgids 100000-165535 %.32s); or "
                  "ask for fresh boxes, or run as root",
                  user, user);
    else
        dp_advise(error,
                  "a box that is used again needs a second user id: root can give uid %u a "
                  "range (a line %u:100000:65536 in " DP_SUBORDINATE_UIDS
                  " and " DP_SUBORDINATE_GIDS "); or ask for fresh boxes, or run as root",
                  (unsigned)uid, (unsigned)uid);
    return -EPERM;
}

int dp_subordinate_check(struct dualpipe_error *error)
{
    struct dp_id_range uids;
    struct dp_id_range gids;
    const int result = check_programs(error);

    return result < 0 ? result : find_ranges(&uids, &gids, error);
}

/* From the end of the range: containers of the same user begin at its start. */
static uint32_t from_end(const struct dp_id_range *range, uint32_t index)
{
    return range->first + (range->count - 1 - index);
}

static uint32_t smallest(uint32_t a, uint32_t b, uint32_t c)
{
    const uint32_t least = a < b ? a : b;

    return least < c ? least : c;
}

int dp_subordinate_claim(struct dp_identity *identity, struct dualpipe_error *error)
{
    const uint32_t start = (uint32_t)gettid() * 2654435761U;
    struct dp_id_range uids;
    struct dp_id_range gids;
    uint32_t count;
    int result = find_ranges(&uids, &gids, error);

    if (result < 0)
        return result;
    count = smallest(uids.count, gids.count, DP_UID_COUNT);
    for (uint32_t tried = 0; tried < count; tried++) {
        const uint32_t index = (uint32_t)(((uint64_t)start + tried) % count);
        const uid_t uid = from_end(&uids, index);
        const gid_t gid = from_end(&gids, index);
        int fd;

        if (uid == geteuid() || gid == getegid())
            continue;
        fd = dp_claim("uid", uid);
        if (fd == -EADDRINUSE)
            continue;
        if (fd < 0)
            return dp_fail(error, DUALPIPE_STEP_CLAIM_ID, -fd, "subordinate uid");
        *identity =
            (struct dp_identity){.uid = uid, .gid = gid, .is_subordinate = true, .lock_fd = fd};
        return 0;
    }
    dp_fail(error, DUALPIPE_STEP_CLAIM_ID, EUSERS, DP_SUBORDINATE_UIDS);
    dp_advise(error,
              "each of the %u ids that can be had has a box already: use fewer boxes, or a "
              "longer range",
              (unsigned)count);
    return -EUSERS;
}
