/* SPDX-License-Identifier: MIT */
/* bare.c - a program that needs nothing but read, write and exit: no libc, for
 * the policy "strict". Upper-cases its input. */
static long call(long number, long a, const void *b, long c)
{
    long result;

    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c)
                     : "rcx", "r11", "memory");
    return result;
}

__attribute__((force_align_arg_pointer, noreturn)) void _start(void)
{
    char piece[512];
    long got;

    while ((got = call(0, 0, piece, sizeof(piece))) > 0) {
        for (long i = 0; i < got; i++)
            if (piece[i] >= 'a' && piece[i] <= 'z')
                piece[i] = (char)(piece[i] - 'a' + 'A');
        if (call(1, 1, piece, got) != got)
            call(60, 1, 0, 0);
    }
    for (;;)
        call(60, 0, 0, 0);
}
