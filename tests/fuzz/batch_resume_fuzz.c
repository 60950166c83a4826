/* SPDX-License-Identifier: MIT */
/* batch_resume_fuzz.c - libFuzzer on the results that `batch --resume` reads back: a
 * file that is none of a batch's stays as it is, and of another only a last line that
 * is torn goes. */
#include "fuzz.h"

#include "batch/resume.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct resume resume = {0};
    const int fd = fuzz_file(data, size);
    const int result = resume_read(&resume, fd);
    const off_t left = lseek(fd, 0, SEEK_END);
    const uint8_t *newline = size > 0 ? memrchr(data, '\n', size) : NULL;

    MUST(result == 0 || result == -EBADMSG);
    if (result == 0)
        MUST((size_t)left == (newline ? (size_t)(newline - data) + 1 : 0));
    else
        MUST((size_t)left == size && resume.wrong_line > 0);
    MUST(resume.faults <= resume.results && resume.done.count <= resume.results);
    resume_release(&resume);
    close(fd);
    return 0;
}
