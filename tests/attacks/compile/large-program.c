/* SPDX-License-Identifier: MIT */
/* tries: to fill the disk with a program of 4 GiB.
 * stopped by: rlimits (RLIMIT_FSIZE), the disk limit, the memory limit
 * safe: no: it would fill the disk
 * policy: compile
 * options: -t 20 -m 256M --disk 64M
 * command: gcc -mcmodel=large -fno-pie -no-pie {name} -o out
 * right: nonzero-exit, time-limit, memory-limit
 * raw: no: it fills the disk
 */
char data[1L << 32] = {1};

int main(void)
{
    return data[1];
}
