/* SPDX-License-Identifier: MIT */
/*
 * random_calls.c - a target that makes random system calls: any number, any arguments,
 * through all doors of the kernel (syscall, int 0x80, numbers of x32), in children and
 * threads too. Without libc, so that it starts under every policy.
 *
 *     random_calls SEED NAME
 *
 * The same seed makes the same calls; NAME is in the names of all that it makes.
 */
#include <stddef.h>
#include <stdint.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ROOM_BYTES 65536
#define DEPTH_MAX 3
#define SYS_FORK 57
#define SYS_CLONE 56
#define SYS_EXIT 60
#define SYS_EXIT_GROUP 231
/* CLONE_VM, FS, FILES, SIGHAND, THREAD and SYSVSEM. */
#define THREAD_FLAGS 0x50f00UL
#define X32_BIT 0x40000000UL

struct state {
    uint64_t random;
    unsigned left;
    unsigned depth;
    uint64_t last; /* what the last call gave: a descriptor, a number, an address */
};

static unsigned char room[ROOM_BYTES] __attribute__((aligned(4096)));
static unsigned char stacks[4][16384] __attribute__((aligned(16)));
static unsigned next_stack;
static uint64_t seed;
static char names[12][128];
static const char *arguments[3];
static const char *nothing[1];
static struct {
    uint64_t base;
    uint64_t size;
} pieces[4];
static const uint64_t short_time[2] = {0, 100000};

/* Those that end the program, or make it wait: seldom. 335 and 336 are the kernel's own
 * uretprobe and uprobe, which no filter sees (from 6.14 on): SIGILL outside of a probe. */
static const uint16_t last_calls[] = {
    0,   7,   9,   10,  11,  15,  23,  25,  34,  35,  37,  38,  43,  45,  47,  56,  57,  58,  59,
    60,  61,  62,  65,  70,  73,  128, 129, 130, 160, 200, 202, 220, 222, 230, 231, 232, 234, 240,
    241, 242, 243, 247, 270, 271, 281, 288, 297, 299, 302, 322, 335, 336, 426, 435, 441, 449,
};
/* Doors that were ways out of a box somewhere, or that this one guards. */
static const uint16_t dear_calls[] = {
    2,   16,  29,  41,  42,  49,  59,  72,  82,  85,  86,  88,  90,  92,  101, 105, 109, 112,
    133, 135, 155, 157, 161, 165, 166, 169, 170, 175, 179, 203, 206, 217, 246, 248, 250, 257,
    262, 272, 273, 298, 303, 304, 308, 310, 313, 317, 319, 321, 322, 323, 332, 424, 425, 427,
    428, 429, 430, 431, 432, 434, 435, 437, 438, 440, 442, 443, 444, 445, 446, 447, 448, 450,
};

static long call(uint64_t number, const uint64_t a[6])
{
    register uint64_t r10 __asm__("r10") = a[3];
    register uint64_t r8 __asm__("r8") = a[4];
    register uint64_t r9 __asm__("r9") = a[5];
    long result;

    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "0"(number), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

/* As a 32-bit program makes its calls; the sixth argument is left as it is. */
static long foreign_call(uint64_t number, const uint64_t a[6])
{
    long result;

    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "0"(number), "b"(a[0]), "c"(a[1]), "d"(a[2]), "S"(a[3]), "D"(a[4])
                     : "r8", "r9", "r10", "r11", "memory");
    return result;
}

static uint64_t next(struct state *state)
{
    state->random ^= state->random << 13;
    state->random ^= state->random >> 7;
    state->random ^= state->random << 17;
    return state->random;
}

static uint64_t below(struct state *state, uint64_t bound)
{
    return (next(state) >> 11) % bound;
}

static uint64_t address(const volatile void *place)
{
    return (uint64_t)(uintptr_t)place;
}

static uint64_t some_pointer(struct state *state)
{
    switch (below(state, 10)) {
    case 0:
        return address(names[below(state, COUNT(names))]);
    case 1:
        return address(short_time);
    case 2:
        return address(pieces);
    case 3:
        return address(arguments);
    case 4:
        return address(nothing);
    case 5:
        return UINT64_C(0xffffffff81000000) + below(state, 1 << 24);
    case 6:
        return address(&room[ROOM_BYTES]) - below(state, 16);
    case 7:
        return address(&call);
    case 8:
        return address(&state);
    default:
        return address(&room[below(state, ROOM_BYTES)]);
    }
}

static uint64_t some_argument(struct state *state)
{
    switch (below(state, 14)) {
    case 0:
    case 1:
    case 2:
        return below(state, 12);
    case 3:
        return (uint64_t)-1 - below(state, 3);
    case 4:
        return (uint64_t)-100; /* AT_FDCWD */
    case 5:
        return UINT64_C(1) << below(state, 64);
    case 6:
        return (UINT64_C(1) << below(state, 40)) - 1;
    case 7:
        return 4096 * below(state, 64);
    case 8:
        return state->last;
    case 9:
        return next(state);
    case 10:
        return below(state, UINT64_C(1) << 32);
    default:
        return some_pointer(state);
    }
}

static uint64_t some_number(struct state *state)
{
    switch (below(state, 20)) {
    case 0:
        return last_calls[below(state, COUNT(last_calls))];
    case 1:
    case 2:
    case 3:
        return dear_calls[below(state, COUNT(dear_calls))];
    case 4:
        return 440 + below(state, 140); /* new ones, and those of x32 */
    case 5:
        return below(state, 4) ? below(state, 1 << 20) : next(state) & ~X32_BIT;
    default:
        return below(state, 471);
    }
}

static int is_last(uint64_t number)
{
    for (unsigned i = 0; i < COUNT(last_calls); i++)
        if (last_calls[i] == (uint32_t)number)
            return 1;
    return 0;
}

/* What calls read from the room: words that mean something now and then. */
static void fill_room(struct state *state)
{
    for (unsigned i = 0; i < ROOM_BYTES / 8; i += 1 + (unsigned)below(state, 7))
        ((uint64_t *)(void *)room)[i] = some_argument(state);
}

static void make_calls(struct state *state);

__attribute__((noreturn)) static void leave(uint64_t number, uint64_t status)
{
    const uint64_t none[6] = {status};

    for (;;)
        call(number, none);
}

static void fork_here(struct state *state)
{
    const uint64_t none[6] = {0};
    const uint64_t mixed = next(state);

    if (state->depth >= DEPTH_MAX || call(SYS_FORK, none) != 0)
        return;
    state->depth++;
    state->random = mixed | 1;
    make_calls(state);
    leave(SYS_EXIT_GROUP, 0);
}

__attribute__((noreturn, used)) static void thread_main(uint64_t random)
{
    struct state state = {.random = random | 1, .left = 100, .depth = DEPTH_MAX};

    make_calls(&state);
    leave(SYS_EXIT, 0);
}

/* A thread on a stack of its own; its first word there is its seed. */
static void start_thread(struct state *state)
{
    const unsigned which = __atomic_fetch_add(&next_stack, 1, __ATOMIC_RELAXED);
    uint64_t *top;
    long result;
    register uint64_t r10 __asm__("r10") = 0;
    register uint64_t r8 __asm__("r8") = 0;

    if (which >= COUNT(stacks))
        return;
    top = (uint64_t *)(void *)(stacks[which] + sizeof(stacks[which]) - 64);
    *top = next(state);
    __asm__ volatile("syscall\n"
                     "test %%rax, %%rax\n"
                     "jnz 1f\n"
                     "pop %%rdi\n"
                     "and $-16, %%rsp\n"
                     "call thread_main\n"
                     "1:\n"
                     : "=a"(result)
                     : "0"((uint64_t)SYS_CLONE), "D"(THREAD_FLAGS), "S"(top), "d"(0UL), "r"(r10),
                       "r"(r8)
                     : "rcx", "r11", "memory");
    state->last = (uint64_t)result;
}

static void one_call(struct state *state)
{
    /* A foreign door always ends the run: only some of the programs try them. */
    const uint64_t door = seed % 8 == 0 ? below(state, 200) : 200;
    uint64_t number = some_number(state);
    uint64_t a[6];
    long result;

    if (is_last(number) && below(state, 12) != 0)
        return;
    for (int i = 0; i < 6; i++)
        a[i] = some_argument(state);
    if (door == 0)
        result = foreign_call(below(state, 460), a);
    else if (door == 1)
        result = call(number | X32_BIT, a);
    else
        result = call(number, a);
    if (result >= 0 || result < -4095)
        state->last = (uint64_t)result;
}

static void make_calls(struct state *state)
{
    while (state->left > 0) {
        const uint64_t what = below(state, 400);

        state->left--;
        if (what == 0)
            fork_here(state);
        else if (what == 1)
            start_thread(state);
        else if (what < 6)
            fill_room(state);
        else
            one_call(state);
    }
}

static void put(char *to, const char *before, const char *name)
{
    char *end = to + sizeof(names[0]) - 1;

    while (*before && to < end)
        *to++ = *before++;
    while (name && *name && to < end)
        *to++ = *name++;
    *to = '\0';
}

static void make_names(const char *own, const char *name)
{
    static const char *const before[COUNT(names)] = {
        "/tmp/", "/box/", "",         "/dev/shm/", "/proc/self/",  "/",
        ".",     "/etc/", "/proc/1/", "/dev/null", "/sys/kernel/", "/usr/bin/",
    };
    static const char *const behind[COUNT(names)] = {
        NULL, NULL, NULL, NULL, "mem", "", "", "passwd", "root", "", "security", "true",
    };

    for (unsigned i = 0; i < COUNT(names); i++)
        put(names[i], before[i], behind[i] ? behind[i] : i < 4 ? name : "");
    arguments[0] = own;
    arguments[1] = "0";
    for (unsigned i = 0; i < COUNT(pieces); i++) {
        pieces[i].base = address(&room[i * 512]);
        pieces[i].size = 100 + i;
    }
}

__attribute__((noreturn, used)) static void start(const uint64_t *stack)
{
    const char *const *argv = (const char *const *)(const void *)(stack + 1);
    struct state state = {0};

    for (const char *at = stack[0] > 1 ? argv[1] : ""; *at >= '0' && *at <= '9'; at++)
        seed = seed * 10 + (uint64_t)(*at - '0');
    make_names(stack[0] > 0 ? argv[0] : "", stack[0] > 2 ? argv[2] : "random");
    state.random = seed * UINT64_C(0x9e3779b97f4a7c15) | 1;
    for (int i = 0; i < 8; i++)
        next(&state);
    state.left = 200 + (unsigned)below(&state, 800);
    fill_room(&state);
    make_calls(&state);
    leave(SYS_EXIT_GROUP, below(&state, 3));
}

__asm__(".globl _start\n"
        "_start:\n"
        "    xor %ebp, %ebp\n"
        "    mov %rsp, %rdi\n"
        "    and $-16, %rsp\n"
        "    call start\n"
        "    hlt\n");
