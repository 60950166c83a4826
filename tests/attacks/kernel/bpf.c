/* SPDX-License-Identifier: MIT */
/* tries: to load a program into the kernel.
 * stopped by: seccomp, capabilities
 * options: --on-refusal errno
 * right: ok
 * raw: vm
 */
#include "../attack.h"
#include <linux/bpf.h>

static int attack(int argc, char **argv)
{
    struct bpf_insn code[2] = {{.code = 0xb7}, {.code = 0x95}}; /* r0 = 0; exit */
    union bpf_attr set_up = {.prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
                             .insn_cnt = 2,
                             .insns = (uint64_t)(uintptr_t)code,
                             .license = (uint64_t)(uintptr_t) "GPL"};

    (void)argc;
    (void)argv;
    if (syscall(SYS_bpf, BPF_PROG_LOAD, &set_up, sizeof(set_up)) >= 0)
        escaped("a program in the kernel");
    return held("bpf");
}
