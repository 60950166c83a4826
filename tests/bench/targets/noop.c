/* SPDX-License-Identifier: MIT */
/* noop.c - does nothing, and needs no library for it. */
int main(void)
{
    return 0;
}
