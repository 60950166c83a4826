/* SPDX-License-Identifier: MIT */
/*
 * filter_pack.c - the same filter in fewer instructions and shorter paths.
 *
 * Each box loads its filter anew: the kernel translates every instruction, and
 * then runs the program once for each number there is, to learn which calls it
 * always allows. libseccomp tests one number after another at the end of its
 * tree and looks at the architecture a second time. Here, numbers next to each
 * other with the same end become one range, the ranges a tree, and what is done
 * with arguments is taken over as it is. Nobody has to trust this:
 * filter_prove.c checks what comes out.
 *
 * The program is written from its end to its start, since jumps only lead
 * forward: where they lead to is then known.
 */
#include "filter.h"
#include "syscall_table.h"

#include <errno.h>
#include <linux/audit.h>
#include <stdlib.h>
#include <string.h>

#define NUMBERS (DP_SYSCALL_NEWEST + 1)
#define ACTIONS_MAX 8
#define JUMP_MAX 255
/* A call with conditions runs the program each time, one without them only when
 * the filter is loaded. */
#define WEIGHT_OF_CONDITIONS 32

/* Where a number comes to: a return with this value, or a load of an argument. */
struct end {
    bool is_return;
    uint32_t value; /* or the load's place in the program that is read */
};

/* Numbers from .first up to the next range's, which all come to the same end. */
struct range {
    uint32_t first;
    unsigned weight;
    struct end end;
};

struct packer {
    const struct sock_filter *from;
    size_t from_count;
    struct sock_filter *to; /* back to front */
    size_t count;
    bool is_stuck;    /* it does what we do not follow, or is too long */
    size_t *place_of; /* of each instruction that was taken over, in .to, plus one */
    struct {
        uint32_t value;
        size_t place;
    } returns[ACTIONS_MAX]; /* the last one that was written with each value */
    unsigned return_count;
    struct range ranges[NUMBERS + 1];
    unsigned range_count;
};

static size_t put(struct packer *packer, uint16_t code, uint32_t k, size_t jump_true,
                  size_t jump_false)
{
    if (packer->count == BPF_MAXINSNS) {
        packer->is_stuck = true;
        return 0;
    }
    packer->to[packer->count] =
        (struct sock_filter){code, (uint8_t)jump_true, (uint8_t)jump_false, k};
    return packer->count++;
}

/* How far the instruction that comes next has to jump to get there. */
static size_t distance(const struct packer *packer, size_t place)
{
    return packer->count - place - 1;
}

/* The same place, or a jump to it, from where the next instructions can reach it;
 * up to three may be written before the one that does. */
static size_t bring_near(struct packer *packer, size_t place)
{
    if (distance(packer, place) + 3 <= JUMP_MAX)
        return place;
    return put(packer, BPF_JMP | BPF_JA, (uint32_t)distance(packer, place), 0, 0);
}

static size_t put_return(struct packer *packer, uint32_t value)
{
    unsigned i = 0;

    while (i < packer->return_count && packer->returns[i].value != value)
        i++;
    if (i < packer->return_count && distance(packer, packer->returns[i].place) + 3 <= JUMP_MAX)
        return packer->returns[i].place;
    if (i == ACTIONS_MAX) {
        packer->is_stuck = true;
        return 0;
    }
    packer->returns[i].value = value;
    packer->returns[i].place = put(packer, BPF_RET | BPF_K, value, 0, 0);
    packer->return_count += i == packer->return_count;
    return packer->returns[i].place;
}

static void put_test(struct packer *packer, uint16_t test, uint32_t k, size_t if_true,
                     size_t if_false)
{
    put(packer, BPF_JMP | test | BPF_K, k, distance(packer, if_true), distance(packer, if_false));
}

/* Reading */

static bool is_argument_load(const struct sock_filter *instruction)
{
    return instruction->code == (BPF_LD | BPF_W | BPF_ABS) &&
           instruction->k >= offsetof(struct seccomp_data, args);
}

static bool is_test(uint16_t code)
{
    switch (code) {
    case BPF_JMP | BPF_JEQ | BPF_K:
    case BPF_JMP | BPF_JGT | BPF_K:
    case BPF_JMP | BPF_JGE | BPF_K:
    case BPF_JMP | BPF_JSET | BPF_K:
        return true;
    default:
        return false;
    }
}

static bool is_true(const struct sock_filter *test, uint32_t value)
{
    switch (BPF_OP(test->code)) {
    case BPF_JEQ:
        return value == test->k;
    case BPF_JGT:
        return value > test->k;
    case BPF_JGE:
        return value >= test->k;
    default:
        return (value & test->k) != 0;
    }
}

/*
 * Behind loads of a word of which nothing is asked: libseccomp masks both words of
 * an argument, and compares them, also where the mask of one is empty. What comes
 * behind must not use the word.
 */
static size_t skip_idle_loads(const struct packer *packer, size_t at)
{
    while (at + 2 < packer->from_count && is_argument_load(&packer->from[at])) {
        const struct sock_filter *mask = &packer->from[at + 1];
        const struct sock_filter *test = &packer->from[at + 2];
        size_t next;

        if (mask->code != (BPF_ALU | BPF_AND | BPF_K) || mask->k != 0 || !is_test(test->code))
            break;
        next = at + 3 + (is_true(test, 0) ? test->jt : test->jf);
        if (next >= packer->from_count || (!is_argument_load(&packer->from[next]) &&
                                           packer->from[next].code != (BPF_RET | BPF_K)))
            break;
        at = next;
    }
    return at;
}

/* Follow what can be known of a number alone. The program was not checked yet: it
 * may end anywhere. */
static struct end find_end(struct packer *packer, uint32_t number)
{
    uint32_t value = 0;

    for (size_t at = 0; at < packer->from_count; at++) {
        const struct sock_filter *now;

        at = skip_idle_loads(packer, at);
        now = &packer->from[at];
        if (is_argument_load(now))
            return (struct end){.value = (uint32_t)at};
        if (now->code == (BPF_RET | BPF_K))
            return (struct end){true, now->k};
        if (now->code == (BPF_LD | BPF_W | BPF_ABS))
            value = now->k == offsetof(struct seccomp_data, nr) ? number : AUDIT_ARCH_X86_64;
        else if (now->code == (BPF_JMP | BPF_JA))
            at += now->k;
        else if (is_test(now->code))
            at += is_true(now, value) ? now->jt : now->jf;
        else
            break;
    }
    packer->is_stuck = true;
    return (struct end){0};
}

static void note_range(struct packer *packer, uint32_t number, struct end end)
{
    struct range *last = packer->range_count ? &packer->ranges[packer->range_count - 1] : NULL;

    if (!last || last->end.is_return != end.is_return || last->end.value != end.value) {
        last = &packer->ranges[packer->range_count++];
        *last = (struct range){.first = number, .end = end};
    }
    last->weight += end.is_return ? 1 : WEIGHT_OF_CONDITIONS;
}

static void find_ranges(struct packer *packer)
{
    const struct end unknown = {true, dp_filter_action(DP_ANSWER_ENOSYS)};

    for (int number = 0; number < NUMBERS && !packer->is_stuck; number++)
        note_range(packer, (uint32_t)number,
                   dp_syscall_is_known(number) ? find_end(packer, (uint32_t)number) : unknown);
}

/* Writing */

/* Where an instruction that looks at arguments goes on: a test has two ways. */
static void find_next(const struct packer *packer, size_t at, size_t next[2])
{
    const struct sock_filter *now = &packer->from[at];

    if (is_test(now->code)) {
        next[0] = skip_idle_loads(packer, at + 1 + now->jt);
        next[1] = skip_idle_loads(packer, at + 1 + now->jf);
    } else {
        next[0] = skip_idle_loads(packer, at + 1 + (now->code == (BPF_JMP | BPF_JA) ? now->k : 0));
        next[1] = next[0];
    }
}

/* An instruction of those that look at arguments; all that it leads to is there. */
static void take_over(struct packer *packer, size_t at)
{
    const struct sock_filter *now = &packer->from[at];
    size_t next[2];
    size_t places[2];

    find_next(packer, at, next);
    for (int i = 0; i < 2; i++) {
        const struct sock_filter *that = &packer->from[next[i]];

        if (that->code == (BPF_RET | BPF_K))
            places[i] = put_return(packer, that->k);
        else
            places[i] = bring_near(packer, packer->place_of[next[i]] - 1);
    }
    if (is_test(now->code))
        put_test(packer, BPF_OP(now->code), now->k, places[0], places[1]);
    else if (distance(packer, places[0]) > 0) /* it would go on with what comes next */
        put(packer, BPF_JMP | BPF_JA, (uint32_t)distance(packer, places[0]), 0, 0);
    if (!is_test(now->code) && now->code != (BPF_JMP | BPF_JA))
        put(packer, now->code, now->k, 0, 0);
    packer->place_of[at] = packer->count; /* of the last one, plus one */
}

/* Nothing else than loads, masks and tests, as libseccomp makes them. */
static bool is_plain(const struct sock_filter *instruction)
{
    return is_argument_load(instruction) || is_test(instruction->code) ||
           instruction->code == (BPF_ALU | BPF_AND | BPF_K) ||
           instruction->code == (BPF_JMP | BPF_JA);
}

static void mark(struct packer *packer, size_t at)
{
    if (at >= packer->from_count)
        packer->is_stuck = true;
    else
        packer->place_of[at] = 1;
}

/* What can be reached from the loads where numbers end: by a jump forward each, so
 * that one look at each tells. */
static void mark_all(struct packer *packer)
{
    for (unsigned i = 0; i < packer->range_count; i++)
        if (!packer->ranges[i].end.is_return)
            mark(packer, packer->ranges[i].end.value);
    for (size_t at = 0; at < packer->from_count && !packer->is_stuck; at++) {
        const struct sock_filter *now = &packer->from[at];
        size_t next[2];

        if (!packer->place_of[at] || now->code == (BPF_RET | BPF_K))
            continue;
        if (!is_plain(now))
            packer->is_stuck = true;
        find_next(packer, at, next);
        mark(packer, next[0]);
        mark(packer, next[1]);
    }
}

static void take_over_all(struct packer *packer)
{
    mark_all(packer);
    for (size_t at = packer->from_count; at-- > 0 && !packer->is_stuck;)
        if (packer->place_of[at] && packer->from[at].code != (BPF_RET | BPF_K))
            take_over(packer, at);
}

/* The first range of the right half, by weight; each half has one at least. */
static unsigned find_middle(const struct packer *packer, unsigned first, unsigned last)
{
    unsigned all = 0;
    unsigned left = packer->ranges[first].weight;
    unsigned middle = first + 1;

    for (unsigned i = first; i <= last; i++)
        all += packer->ranges[i].weight;
    while (middle < last && left + packer->ranges[middle].weight / 2 < all / 2)
        left += packer->ranges[middle++].weight;
    return middle;
}

/* Returns where the tree of these ranges begins, near the next instruction. */
static size_t put_tree(struct packer *packer, unsigned first, unsigned last)
{
    const struct end *end = &packer->ranges[first].end;
    unsigned middle;
    size_t right;
    size_t left;

    if (packer->is_stuck)
        return 0;
    if (first == last)
        return end->is_return ? put_return(packer, end->value)
                              : bring_near(packer, packer->place_of[end->value] - 1);
    middle = find_middle(packer, first, last);
    right = put_tree(packer, middle, last);
    left = put_tree(packer, first, middle - 1);
    right = bring_near(packer, right);
    put_test(packer, BPF_JGE, packer->ranges[middle].first, right, left);
    return packer->count - 1;
}

/* The architecture, x32, and all numbers that are newer than our table. */
static void put_start(struct packer *packer, size_t tree)
{
    const size_t unknown = put_return(packer, dp_filter_action(DP_ANSWER_ENOSYS));
    size_t foreign = put_return(packer, DP_ACTION_FOREIGN);
    size_t next;

    put_test(packer, BPF_JSET, DP_X32_BIT, foreign, unknown);
    next = packer->count - 1;
    tree = bring_near(packer, tree);
    put_test(packer, BPF_JGT, DP_SYSCALL_NEWEST, next, tree);
    next = put(packer, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0, 0);
    foreign = put_return(packer, DP_ACTION_FOREIGN);
    put_test(packer, BPF_JEQ, AUDIT_ARCH_X86_64, next, foreign);
    put(packer, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch), 0, 0);
}

static void turn_round(struct sock_filter *instructions, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        const struct sock_filter swapped = instructions[i];

        instructions[i] = instructions[count - 1 - i];
        instructions[count - 1 - i] = swapped;
    }
}

static int pack(struct packer *packer)
{
    find_ranges(packer);
    take_over_all(packer);
    if (!packer->is_stuck)
        put_start(packer, put_tree(packer, 0, packer->range_count - 1));
    if (packer->is_stuck)
        return -ENOTSUP;
    turn_round(packer->to, packer->count);
    return 0;
}

int dp_filter_pack(const struct sock_filter *from, size_t from_count, struct sock_filter *to,
                   size_t *to_count)
{
    struct packer *packer = calloc(1, sizeof(*packer));
    size_t *place_of = calloc(from_count, sizeof(*place_of));
    int result = -ENOMEM;

    if (packer && place_of) {
        packer->from = from;
        packer->from_count = from_count;
        packer->place_of = place_of;
        packer->to = to;
        result = pack(packer);
        *to_count = packer->count;
    }
    free(place_of);
    free(packer);
    return result;
}
