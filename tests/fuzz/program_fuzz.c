/* SPDX-License-Identifier: MIT */
/* program_fuzz.c - libFuzzer on the look at a program's headers: a script, an ELF file
 * or none. */
#include "fuzz.h"

#include "../../lib/program.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dp_program program = {.fd = -1, .host = "/program"};
    struct dualpipe_error error = {0};
    const int fd = fuzz_file(data, size);
    const int result = read_headers(&program, fd, &error);

    MUST(result <= 0 && (result == 0) == (error.errnum == 0));
    MUST(program.writable_bytes >= 0);
    MUST(strnlen(program.loader, sizeof(program.loader)) < sizeof(program.loader));
    if (size >= 2 && memcmp(data, "#!", 2) == 0)
        MUST(result == -ENOEXEC && strstr(error.advice, "script"));
    close(fd);
    return 0;
}
