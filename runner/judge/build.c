/* SPDX-License-Identifier: MIT */
/* build.c - see build.h. */
#include "build.h"

#include "box.h"
#include "java_class.h"
#include "policies.h"
#include "scratch.h"
#include "toolchain.h"

#include "../doctor/pointer.h"
#include "../words.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MESSAGES_MAX 65536
#define BUILT_BYTES_MAX DUALPIPE_MEBIBYTES(256)
#define PROGRAM "program"

const struct language *build_find_language(const struct languages *languages,
                                           const struct sources *sources, const char *name,
                                           char **reason)
{
    const struct language *language = name ? languages_find(languages, name) : NULL;

    if (name && !language)
        *reason = text_print("there is no language \"%s\" in the table", name);
    if (name)
        return language;
    for (size_t i = 0; i < sources->count; i++) {
        const struct language *found = languages_of_file(
            languages, sources->files[i].name, sources->files[i].bytes, sources->files[i].size);

        if (found && language && found != language) {
            *reason = text_print("its files are in several languages: %s and %s; name one with "
                                 "--language",
                                 language->title, found->title);
            return NULL;
        }
        language = found ? found : language;
    }
    if (!language)
        *reason = text_print("\"%s\" has no ending of a known language; name it with --language",
                             sources->count ? sources->files[0].name : "");
    return language;
}

/* What the entry point is: named, the only source, one of the usual names, or
 * the first. Returns a name of the sources. */
static const char *find_main(const struct language *language, const struct sources *sources,
                             const char *entry_point)
{
    const char *first = NULL;

    for (size_t i = 0; entry_point && i < sources->count; i++) {
        const char *name = sources->files[i].name;
        const size_t length = strcspn(name, ".");

        if (strcmp(name, entry_point) == 0 ||
            (strlen(entry_point) == length && memcmp(name, entry_point, length) == 0))
            return name;
    }
    for (size_t k = 0; k < language->mains.count; k++) {
        if (sources_have(sources, language->mains.items[k]))
            return language->mains.items[k];
    }
    for (size_t i = 0; i < sources->count; i++) {
        const struct source *source = &sources->files[i];

        if (!language_has_file(language, source->name))
            continue;
        if (memmem(source->bytes, source->size, "void main(", 10))
            return source->name; /* Java's */
        first = first ? first : source->name;
    }
    return first ? first : sources->files[0].name;
}

static void put_sources(const struct language *language, const struct sources *sources,
                        struct texts *words)
{
    const bool takes_any = sources->count == 1;

    for (size_t i = 0; i < sources->count; i++) {
        if (takes_any || language_has_file(language, sources->files[i].name))
            texts_add(words, sources->files[i].name);
    }
}

struct places {
    const char *program;
    const char *directory;
    const char *main;  /* in the directory, or NULL */
    const char *class; /* that starts, where it is known; or NULL */
    int64_t memory_bytes;
};

/* Returns the length of a placeholder that text begins with, and its value. */
static size_t look_up(const struct places *places, const char *text, char **value)
{
    const char *main = places->main ? places->main : "";
    const bool is_here = strcmp(places->directory, ".") == 0;

    if (strncmp(text, "{program}", 9) == 0) {
        *value = text_copy(places->program);
        return 9;
    }
    if (strncmp(text, "{main}", 6) == 0) {
        *value = is_here ? text_copy(main) : text_print("%s/%s", places->directory, main);
        return 6;
    }
    if (strncmp(text, "{class}", 7) == 0) {
        *value = places->class ? text_copy(places->class) : text_cut(main, strcspn(main, "."));
        for (char *slash = strchr(*value, '/'); slash; slash = strchr(slash, '/'))
            *slash = '.';
        return 7;
    }
    if (strncmp(text, "{directory}", 11) == 0) {
        *value = text_copy(places->directory);
        return 11;
    }
    if (strncmp(text, "{memory}", 8) == 0) {
        const int64_t mebibytes = places->memory_bytes / DUALPIPE_MEBIBYTES(1);

        *value = text_print("%jd", (intmax_t)(mebibytes > 0 ? mebibytes : 4096));
        return 8;
    }
    return 0;
}

static char *fill_in(const struct places *places, const char *word)
{
    char *filled = text_copy("");

    while (*word) {
        char *value = NULL;
        size_t length = look_up(places, word, &value);
        char *longer;

        if (length == 0) {
            length = 1 + strcspn(word + 1, "{");
            value = text_cut(word, length);
        }
        longer = text_print("%s%s", filled, value);
        free(filled);
        free(value);
        filled = longer;
        word += length;
    }
    return filled;
}

void built_command(const struct built *built, const char *inside, int64_t memory_bytes,
                   struct texts *command)
{
    char *program = text_print("%s/%s", built->directory, PROGRAM);
    const struct places places = {
        .program = program,
        .directory = inside,
        .main = built->main,
        .class = built->class,
        .memory_bytes = memory_bytes,
    };

    for (size_t i = 0; i < built->command.count; i++) {
        char *word = fill_in(&places, built->command.items[i]);

        if (i == 0 && !strchr(word, '/')) {
            char *path = toolchain_find(word);

            free(word);
            word = path ? path : text_copy("");
        }
        texts_take(command, word);
    }
    free(program);
}

static bool has_class(const struct built *built)
{
    for (size_t i = 0; i < built->command.count; i++) {
        if (strstr(built->command.items[i], "{class}"))
            return true;
    }
    return false;
}

char *built_entry_point(const struct built *built)
{
    const struct places places = {.main = built->main, .class = built->class, .directory = "."};

    if (!built->main)
        return text_copy("");
    return has_class(built) ? fill_in(&places, "{class}") : text_copy(built->main);
}

/* The class that a program in Java starts with. */
static void find_class(struct built *built, const char *entry_point)
{
    const char *last = base_name(built->main);
    char *base = text_cut(last, strcspn(last, "."));

    if (has_class(built))
        built->class = java_class_find(built->directory, entry_point, base);
    free(base);
}

static char *in_words(const struct texts *command)
{
    char *text = text_copy("");

    for (size_t i = 0; i < command->count; i++) {
        char quoted[4096];
        char *longer = text_print("%s%s%s", text, i ? " " : "",
                                  shell_quote(command->items[i], quoted, sizeof(quoted)));

        free(text);
        text = longer;
    }
    return text;
}

/* The job of a compiler: all sources in its working directory, which is taken
 * out whole when it has done. */
struct compiling {
    struct dualpipe_job job;
    struct dualpipe_file files[SOURCES_MAX];
    struct dualpipe_collect collect;
    int directory;
    int error;
    char *messages;
};

static void place_sources(struct compiling *compiling, const struct sources *sources)
{
    for (size_t i = 0; i < sources->count; i++) {
        compiling->files[i] = (struct dualpipe_file){
            .name = sources->files[i].name,
            .data = sources->files[i].bytes,
            .size = sources->files[i].size,
        };
    }
    compiling->job.files = compiling->files;
    compiling->job.file_count = sources->count;
}

static void tell_messages(struct judge_compile *compile, char *messages)
{
    const int64_t said = compile->run.usage.stdout_bytes + compile->run.usage.stderr_bytes;
    size_t size = strnlen(messages, MESSAGES_MAX);

    compile->messages_cut = said > MESSAGES_MAX;
    while (size > 0 && (messages[size - 1] == '\n' || messages[size - 1] == '\0'))
        size--;
    compile->messages = text_cut(messages, size);
}

/* What the host lacks; all else is what the compiler left. */
static bool is_fault_of_host(int errnum)
{
    switch (errnum) {
    case ENOSPC:
    case EDQUOT:
    case EROFS:
    case EIO:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
        return true;
    default:
        return false;
    }
}

static enum build_outcome say_outcome(const struct compiling *compiling,
                                      const struct judge_compile *compile, char **reason)
{
    switch (compile->run.verdict) {
    case DUALPIPE_OK:
        break;
    case DUALPIPE_NONZERO_EXIT:
        *reason =
            text_print("the compiler refused it (exit code %d)", compile->run.status >> 8 & 0xff);
        return BUILD_FAILED;
    case DUALPIPE_CANCELLED:
        *reason = text_print("compiling: %s", compile->run.reason);
        return BUILD_BROKEN;
    default:
        *reason = text_print("compiling: %s", compile->run.reason);
        return BUILD_FAILED;
    }
    if (compiling->error == 0)
        return BUILD_OK;
    *reason = text_print("what the compiler made could not be taken out of its box: %s",
                         strerrordesc_np(-compiling->error));
    return is_fault_of_host(-compiling->error) ? BUILD_BROKEN : BUILD_FAILED;
}

/* Run one command on the sources. Returns how it went. */
static enum build_outcome run_compiler(struct built *built, const struct sources *sources,
                                       const struct texts *command, const char *policy,
                                       const char *const *environment,
                                       const struct build_order *order,
                                       struct judge_compile *compile, char **reason)
{
    struct compiling *compiling = allocate(sizeof(*compiling));
    enum build_outcome outcome;
    char text[640];
    int status;

    compiling->messages = allocate(MESSAGES_MAX + 1);
    compiling->directory = open(built->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    compiling->error = -ECANCELED;
    compiling->collect = (struct dualpipe_collect){
        .name = ".",
        .fd = compiling->directory,
        .max_bytes = BUILT_BYTES_MAX,
        .error = &compiling->error,
    };
    compiling->job = (struct dualpipe_job){
        .size = sizeof(compiling->job),
        .argv = (const char *const *)command->items,
        .env = environment,
        .policy = policies_get(policy, reason),
        .limits = {.cpu_us = order->compile_us,
                   .wall_us = 2 * order->compile_us,
                   .memory_bytes = order->compile_memory_bytes,
                   .output_bytes = DUALPIPE_MEBIBYTES(4),
                   .disk_bytes = DUALPIPE_MEBIBYTES(512)},
        .standard_output = {.route = DUALPIPE_ROUTE_BUFFER,
                            .buffer = compiling->messages,
                            .buffer_size = MESSAGES_MAX},
        .standard_error = {.route = DUALPIPE_ROUTE_STDOUT},
        .on_refusal =
            DUALPIPE_ON_REFUSAL_ERRNO, /* Java and Bash ask for sockets, and can do without */
        .collects = &compiling->collect,
        .collect_count = 1,
        .cancel_fd = order->cancel_fd,
    };
    place_sources(compiling, sources);
    compile->was_run = true;
    status = compiling->job.policy ? box_run_job(NULL, &compiling->job, &compile->run) : 0;
    if (!compiling->job.policy) {
        outcome = BUILD_BROKEN;
    } else if (status < 0) {
        *reason = text_print("the compiler could not be run: %s",
                             text_with_doctor(&compile->run.error, text, sizeof(text)));
        outcome = BUILD_BROKEN;
    } else {
        tell_messages(compile, compiling->messages);
        outcome = say_outcome(compiling, compile, reason);
    }
    compile->ok = outcome == BUILD_OK;
    (void)close(compiling->directory);
    free(compiling->messages);
    free(compiling);
    return outcome;
}

/* Without a compiler: the sources themselves are what is run. */
static enum build_outcome write_sources(const struct built *built, const struct sources *sources,
                                        char **reason)
{
    const int directory = open(built->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int result = directory < 0 ? -1 : 0;

    for (size_t i = 0; i < sources->count && result == 0; i++) {
        const struct source *source = &sources->files[i];
        FILE *file;
        int fd;

        for (const char *slash = strchr(source->name, '/'); slash; slash = strchr(slash + 1, '/')) {
            char *path = text_cut(source->name, (size_t)(slash - source->name));

            (void)mkdirat(directory, path, 0755);
            free(path);
        }
        fd = openat(directory, source->name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
                    0600);
        file = fd < 0 ? NULL : fdopen(fd, "w");
        result = file && fwrite(source->bytes, 1, source->size, file) == source->size &&
                         fchmod(fd, source->is_executable ? 0755 : 0644) == 0
                     ? 0
                     : -1;
        if (file && fclose(file) != 0)
            result = -1;
    }
    if (result < 0)
        *reason = text_print("the sources could not be written: %s", strerrordesc_np(errno));
    if (directory >= 0)
        (void)close(directory);
    return result < 0 ? BUILD_BROKEN : BUILD_OK;
}

/* The table's command, its places filled in for the box of the compiler. */
static void compiler_command(const struct language *language, const struct sources *sources,
                             const char *main, struct texts *command)
{
    const struct places places = {.program = PROGRAM, .directory = ".", .main = main};

    for (size_t i = 0; i < language->compile.words.count; i++) {
        if (strcmp(language->compile.words.items[i], "{sources}") == 0)
            put_sources(language, sources, command);
        else
            texts_take(command, fill_in(&places, language->compile.words.items[i]));
    }
    texts_take(command, NULL);
    command->count--; /* the end of an argv, not one of its words */
}

static enum build_outcome compile_sources(struct built *built, const struct sources *sources,
                                          const struct build_order *order,
                                          struct judge_compile *compile, char **reason)
{
    const struct language *language = built->language;
    struct texts command = {0};
    struct texts environment = {0};
    enum build_outcome outcome;
    char *path;

    compiler_command(language, sources, built->main, &command);
    path = toolchain_find(command.items[0]);
    if (!path) {
        *reason = text_print("the toolchain of %s is not installed: %s is not found",
                             language->title, command.items[0]);
        texts_release(&command);
        return BUILD_NO_TOOLCHAIN;
    }
    compile->command = in_words(&command);
    free(command.items[0]);
    command.items[0] = path;
    texts_add_all(&environment, &language->environment);
    texts_take(&environment, NULL);
    outcome = run_compiler(built, sources, &command, language->compile.policy,
                           (const char *const *)environment.items, order, compile, reason);
    texts_release(&command);
    texts_release(&environment);
    if (outcome == BUILD_FAILED) {
        char *why_not = toolchain_why_not(language, order->cancel_fd);

        if (why_not) { /* not the submission's fault */
            free(*reason);
            *reason = why_not;
            outcome = BUILD_NO_TOOLCHAIN;
        }
    }
    return outcome;
}

/* A validator with a script "build", or "run", or both. */
static enum build_outcome build_script(struct built *built, const struct sources *sources,
                                       const struct build_order *order,
                                       struct judge_compile *compile, char **reason)
{
    enum build_outcome outcome = BUILD_OK;
    char *run = text_print("%s/run", built->directory);
    struct stat status;

    built->policy = text_copy("shell");
    texts_add(&built->command, "/bin/sh");
    texts_add(&built->command, "-c");
    texts_add(&built->command, "exec {directory}/run \"$@\"");
    texts_add(&built->command, "run");
    if (sources_have(sources, "build")) {
        struct texts command = {0};

        texts_add(&command, "/bin/sh");
        texts_add(&command, "-c");
        texts_add(&command,
                  "chmod +x build; test ! -f run || chmod +x run; ./build && test -x run");
        texts_take(&command, NULL);
        command.count--;
        compile->command = text_copy("./build");
        outcome = run_compiler(built, sources, &command, "shell", NULL, order, compile, reason);
        texts_release(&command);
    } else {
        outcome = write_sources(built, sources, reason);
    }
    if (outcome == BUILD_OK && (stat(run, &status) < 0 || !S_ISREG(status.st_mode))) {
        *reason = text_copy("there is no file \"run\" after building");
        outcome = BUILD_FAILED;
    } else if (outcome == BUILD_OK) {
        (void)chmod(run, 0755);
    }
    free(run);
    return outcome;
}

/* Without the program that the compiler was to make, or with a directory of that
 * name, there is nothing to run. */
static enum build_outcome check_program(const struct built *built, char **reason)
{
    char *path;
    struct stat status;
    bool is_there;

    if (strcmp(built->command.items[0], "{program}") != 0)
        return BUILD_OK;
    path = text_print("%s/%s", built->directory, PROGRAM);
    is_there = lstat(path, &status) == 0 && S_ISREG(status.st_mode) && (status.st_mode & 0100);
    free(path);
    if (is_there)
        return BUILD_OK;
    *reason = text_copy("the compiler was content, and made no program");
    return BUILD_FAILED;
}

static enum build_outcome build_in_language(struct built *built, const struct sources *sources,
                                            const struct build_order *order,
                                            struct judge_compile *compile, char **reason)
{
    const struct language *language = built->language;
    enum build_outcome outcome;

    if (language->is_known_only) {
        *reason = text_print("dualpipe has no commands for %s; a table for --languages could "
                             "name them",
                             language->title);
        return BUILD_NO_TOOLCHAIN;
    }
    built->main = text_copy(find_main(language, sources, order->entry_point));
    built->policy = text_copy(language->run.policy);
    texts_add_all(&built->command, &language->run.words);
    if (language->run.words.items[0][0] != '{') {
        char *path = toolchain_find(language->run.words.items[0]);

        if (!path) {
            *reason = text_print("the toolchain of %s is not installed: %s is not found",
                                 language->title, language->run.words.items[0]);
            return BUILD_NO_TOOLCHAIN;
        }
        free(path);
    }
    if (language->compile.words.count == 0)
        return write_sources(built, sources, reason);
    outcome = compile_sources(built, sources, order, compile, reason);
    if (outcome != BUILD_OK)
        return outcome;
    find_class(built, order->entry_point);
    return check_program(built, reason);
}

enum build_outcome build(struct built *built, const struct languages *languages,
                         const struct sources *sources, const struct build_order *order,
                         struct judge_compile *compile, char **reason)
{
    *built = (struct built){.directory = scratch_directory("built")};
    *reason = NULL;
    if (order->takes_scripts && (sources_have(sources, "build") || sources_have(sources, "run")))
        return build_script(built, sources, order, compile, reason);
    built->language = build_find_language(languages, sources, order->language, reason);
    if (!built->language)
        return BUILD_FAILED;
    return build_in_language(built, sources, order, compile, reason);
}

void built_release(struct built *built)
{
    if (built->pool)
        (void)dualpipe_pool_close(built->pool, DUALPIPE_POOL_CANCEL);
    if (built->directory)
        scratch_remove(built->directory);
    free(built->directory);
    free(built->main);
    free(built->class);
    free(built->policy);
    texts_release(&built->command);
    *built = (struct built){0};
}
