/* SPDX-License-Identifier: MIT */
/* grader.c - the package's own grader, run in a box: results in, one result out. */
#include "judging.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ANSWER_MAX 4096

/* A file to be read from its start. Returns its descriptor, or a negative errno. */
static int make_input(const char *text)
{
    const int fd = memfd_create("dualpipe-results", MFD_CLOEXEC);
    size_t done = 0;

    if (fd < 0)
        return -errno;
    while (text[done]) {
        const ssize_t put = write(fd, text + done, strlen(text + done));

        if (put < 0) {
            (void)close(fd);
            return -errno;
        }
        done += (size_t)put;
    }
    (void)lseek(fd, 0, SEEK_SET);
    return fd;
}

static char *broken(const struct box *box, const struct dualpipe_result *result)
{
    char *said = box_standard_error(box, result);
    char *why = text_print("the grader is at fault: %s%s%.300s", result->reason,
                           said ? "; it said: " : "", said ? said : "");

    free(said);
    return why;
}

int grader_ask(void *argument, const struct group *group, const char *results, char **answer,
               char **why)
{
    const struct judging *judging = argument;
    const struct dualpipe_limits limits = checker_limits(judging);
    const int input_fd = make_input(results);
    struct box *box = allocate(sizeof(*box));
    char *output = allocate(ANSWER_MAX + 1);
    struct dualpipe_result result;

    box_make_validator(box, &judging->grader, &group->grader_flags, &limits);
    box->job.standard_input = (struct dualpipe_stream){.route = DUALPIPE_ROUTE_FD, .fd = input_fd};
    box->job.standard_output = (struct dualpipe_stream){
        .route = DUALPIPE_ROUTE_BUFFER, .buffer = output, .buffer_size = ANSWER_MAX};
    box->job.cancel_fd = &judging->cancel_fd;
    if (input_fd < 0)
        *why = text_print("memfd_create: %s", strerrordesc_np(-input_fd));
    else if (box_run(box, &result, why) == 0 && result.verdict != DUALPIPE_OK)
        *why = broken(box, &result);
    box_release(box);
    free(box);
    if (input_fd >= 0)
        (void)close(input_fd);
    if (!*why) {
        *answer = output;
        return 0;
    }
    free(output);
    return -1;
}
