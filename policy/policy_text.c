/* SPDX-License-Identifier: MIT */
/* policy_text.c - policy texts as bytes: read, checked, cut into words. */
#include "policy_text.h"
#include "arena.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

__attribute__((format(printf, 5, 0))) static void say(struct dp_policy_error *error,
                                                      const struct dp_text *text, unsigned line,
                                                      unsigned column, const char *format,
                                                      va_list arguments)
{
    const char *name = text->name;
    size_t length = strlen(name);

    if (length >= sizeof(error->file)) /* the end of a path says more */
        name += length - sizeof(error->file) + 1;
    error->errnum = EINVAL;
    (void)snprintf(error->file, sizeof(error->file), "%s", name);
    error->line = line;
    error->column = column;
    (void)vsnprintf(error->message, sizeof(error->message), format, arguments);
}

void dp_text_say(struct dp_policy_error *error, const struct dp_line *line, unsigned column,
                 const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    say(error, line->frame->text, line->number, column, format, arguments);
    va_end(arguments);
}

void dp_text_say_at(struct dp_policy_error *error, const struct dp_mark *mark, const char *format,
                    ...)
{
    va_list arguments;

    va_start(arguments, format);
    say(error, mark->text, mark->line, 1, format, arguments);
    va_end(arguments);
}

void dp_text_say_no_memory(struct dp_policy_error *error)
{
    *error = (struct dp_policy_error){.errnum = ENOMEM, .message = "no memory"};
}

struct dp_mark dp_mark_of(const struct dp_line *line)
{
    return (struct dp_mark){line->frame->text, line->frame->id, line->number};
}

bool dp_mark_is_above(const struct dp_mark *b, const struct dp_frame *a)
{
    const struct dp_frame *frame;

    for (frame = a->user; frame; frame = frame->user) {
        if (frame->id == b->frame)
            return true;
    }
    return false;
}

int dp_text_may_replace(struct dp_policy_error *error, const struct dp_line *line, unsigned column,
                        const struct dp_mark *mark, const char *what)
{
    if (mark->frame == 0)
        return 0;
    if (mark->frame == line->frame->id)
        return dp_text_wrong(error, line, column, "%s is said twice: line %u says it already", what,
                             mark->line);
    if (dp_mark_is_above(mark, line->frame))
        return dp_text_wrong(error, line, column,
                             "%s is said already by %s, line %u: put `use` before it there", what,
                             mark->text->name, mark->line);
    return 0;
}

bool dp_word_is(const struct dp_word *word, const char *text)
{
    return strlen(text) == word->length && memcmp(word->text, text, word->length) == 0;
}

struct dp_word dp_word_head(const struct dp_word *word, size_t length)
{
    return (struct dp_word){word->text, length < word->length ? length : word->length,
                            word->column};
}

struct dp_word dp_word_tail(const struct dp_word *word, size_t length)
{
    if (length > word->length)
        length = word->length;
    return (struct dp_word){word->text + length, word->length - length,
                            word->column + (unsigned)length};
}

size_t dp_word_find(const struct dp_word *word, const char *characters)
{
    size_t i;

    for (i = 0; i < word->length; i++) {
        if (strchr(characters, word->text[i])) /* a text holds no NUL */
            break;
    }
    return i;
}

/* Returns what is wrong with one byte of a line, or NULL. */
static const char *judge_byte(unsigned char byte)
{
    if (byte == '\0')
        return "a NUL byte; expected text";
    if (byte == '\r')
        return "a carriage return; expected lines that end in LF alone, not CR LF";
    if ((byte < ' ' && byte != '\t') || byte == 0x7f)
        return "a control character; expected text";
    return NULL;
}

int dp_text_check(const struct dp_text *text, struct dp_policy_error *error)
{
    struct dp_frame frame = {.text = text};
    struct dp_line line = {.frame = &frame, .number = 1};
    unsigned column = 0;
    size_t i;

    for (i = 0; i < text->size; i++) {
        const char *wrong;

        if (text->data[i] == '\n') {
            line.number++;
            column = 0;
            continue;
        }
        column++;
        wrong = judge_byte((unsigned char)text->data[i]);
        if (wrong)
            return dp_text_wrong(error, &line, column, "%s", wrong);
        if (column > DP_LINE_BYTES_MAX)
            return dp_text_wrong(error, &line, column, "the line is longer than %d bytes",
                                 DP_LINE_BYTES_MAX);
    }
    if (column > 0)
        return dp_text_wrong(error, &line, column + 1,
                             "the text ends here; expected a newline (is it cut off?)");
    return 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

int dp_text_read_line(struct dp_line *line, size_t *offset, struct dp_policy_error *error)
{
    const struct dp_text *text = line->frame->text;
    size_t start = *offset;
    size_t at = start;

    line->count = 0;
    while (text->data[at] != '\n') {
        struct dp_word *word = &line->words[line->count];

        if (is_blank(text->data[at])) {
            at++;
            continue;
        }
        if (text->data[at] == '#') {
            while (text->data[at] != '\n')
                at++;
            break;
        }
        if (line->count == DP_WORDS_MAX)
            return dp_text_wrong(error, line, (unsigned)(at - start) + 1,
                                 "more than %d words in one line", DP_WORDS_MAX);
        *word = (struct dp_word){text->data + at, 0, (unsigned)(at - start) + 1};
        while (!is_blank(text->data[at]) && text->data[at] != '\n')
            at++;
        word->length = (size_t)(text->data + at - word->text);
        line->count++;
    }
    *offset = at + 1;
    return 0;
}

/* Returns the size, or a negative errno value. */
static ssize_t read_all(int fd, char *data, size_t room)
{
    size_t size = 0;

    while (size < room) {
        ssize_t n = read(fd, data + size, room - size);

        if (n == 0)
            break;
        if (n > 0)
            size += (size_t)n;
        else if (errno != EINTR)
            return -errno;
    }
    return (ssize_t)size;
}

static int read_descriptor(struct dp_text *text, struct dp_arena *arena, int fd)
{
    struct stat status;
    ssize_t size;
    char *data;

    if (fstat(fd, &status) < 0)
        return -errno;
    if (!S_ISREG(status.st_mode))
        return S_ISDIR(status.st_mode) ? -EISDIR : -EINVAL;
    if (status.st_size > DP_TEXT_BYTES_MAX)
        return -EFBIG;
    data = dp_arena_take(arena, DP_TEXT_BYTES_MAX + 1);
    if (!data)
        return -ENOMEM;
    size = read_all(fd, data, DP_TEXT_BYTES_MAX + 1);
    if (size < 0)
        return (int)size;
    if (size > DP_TEXT_BYTES_MAX) /* it grew meanwhile, or never told its size */
        return -EFBIG;
    text->data = data;
    text->size = (size_t)size;
    return 0;
}

int dp_text_read_file(struct dp_text *text, struct dp_arena *arena, const char *path)
{
    /* O_NONBLOCK: to open a FIFO would else wait for its writer. */
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    int result;

    if (fd < 0)
        return -errno;
    text->name = dp_arena_copy(arena, path, strlen(path));
    result = text->name ? read_descriptor(text, arena, fd) : -ENOMEM;
    (void)close(fd);
    return result;
}
