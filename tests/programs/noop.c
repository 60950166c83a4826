/* SPDX-License-Identifier: MIT */
/* noop.c - does nothing, well. */
int main(void)
{
    return 0;
}
