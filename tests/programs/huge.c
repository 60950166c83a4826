/* SPDX-License-Identifier: MIT */
/* huge.c - a program whose own data are 1 GiB. */
static char data[1 << 30];

int main(int argc, char **argv)
{
    (void)argv;
    data[(unsigned)argc * 4096U] = 1;
    return data[argc];
}
