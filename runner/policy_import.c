/* SPDX-License-Identifier: MIT */
/*
 * policy_import.c - the seccomp JSON of container engines (OCI's runtime
 * specification, and the profiles of Docker and Podman) to a policy.
 *
 * Only system calls are in it. What our language does not compare (greater,
 * less) is refused with the reason, and so is what would let more through than
 * was meant. Rules for capabilities that a box never has are left out.
 */
#include "policy_import.h"
#include "commands.h"
#include "dualpipe.h"
#include "words.h"

#include "../lib/text_stream.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_BYTES_MAX (1 << 20)
#define CALLS 512
#define CASES_MAX 2048

enum answer { ANSWER_NONE, ANSWER_ALLOW, ANSWER_KILL, ANSWER_ERRNO };

struct rule {
    enum answer answer;
    int errnum;
    bool has_cases;
};

struct importer {
    struct rule rules[CALLS]; /* by number */
    struct rule otherwise;
    FILE *cases; /* "allow ..." lines */
    unsigned case_count;
    FILE *notes;
    char why[300];
};

/* Say what cannot be imported. Always -EINVAL. */
__attribute__((format(printf, 2, 3))) static int refuse(struct importer *it, const char *format,
                                                        ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(it->why, sizeof(it->why), format, arguments);
    va_end(arguments);
    return -EINVAL;
}

static int number_of(const char *name)
{
    for (int number = 0; number < CALLS; number++) {
        const char *known = dualpipe_syscall_name(number);

        if (known && strcmp(known, name) == 0)
            return number;
    }
    return -1;
}

/* Actions */

static int read_action(struct importer *it, const char *action, const json_t *errnum,
                       struct rule *rule)
{
    const json_int_t error = json_is_integer(errnum) ? json_integer_value(errnum) : EPERM;

    if (!action)
        return refuse(it, "a rule without an action");
    if (strcmp(action, "SCMP_ACT_ALLOW") == 0) {
        rule->answer = ANSWER_ALLOW;
    } else if (strncmp(action, "SCMP_ACT_KILL", 13) == 0 || strcmp(action, "SCMP_ACT_TRAP") == 0) {
        rule->answer = ANSWER_KILL;
    } else if (strcmp(action, "SCMP_ACT_ERRNO") == 0) {
        if (error < 1 || error >= 134 || !strerrorname_np((int)error))
            return refuse(it, "errnoRet %" JSON_INTEGER_FORMAT " is no error", error);
        rule->answer = ANSWER_ERRNO;
        rule->errnum = (int)error;
    } else {
        return refuse(it,
                      "the action %.40s cannot be imported: only ALLOW, ERRNO, TRAP and KILL "
                      "can",
                      action);
    }
    return 0;
}

/* Conditions */

/* Numbers above INT64_MAX were made strings: see quote_large_numbers(). */
static int read_number(struct importer *it, const json_t *value, const char *what, uint64_t *number)
{
    char *end;

    *number = 0;
    if (!value)
        return 0;
    if (json_is_integer(value) && json_integer_value(value) >= 0) {
        *number = (uint64_t)json_integer_value(value);
        return 0;
    }
    if (!json_is_string(value))
        return refuse(it, "'%s' is no number from 0 to 2^64-1", what);
    errno = 0;
    *number = strtoull(json_string_value(value), &end, 10);
    if (errno != 0 || *end || end == json_string_value(value) || json_string_value(value)[0] == '-')
        return refuse(it, "'%s' is no number from 0 to 2^64-1", what);
    return 0;
}

struct comparison {
    unsigned index;
    uint64_t mask;
    uint64_t value;
    bool differs; /* not equal; the mask is full */
};

static int read_comparison(struct importer *it, const json_t *json, struct comparison *made)
{
    const char *op = json_string_value(json_object_get(json, "op"));
    const json_t *index = json_object_get(json, "index");
    uint64_t value = 0;
    uint64_t second = 0;
    int result;

    if (!op || !json_is_integer(index) || json_integer_value(index) < 0 ||
        json_integer_value(index) > 5)
        return refuse(it, "an argument needs an op, and an index from 0 to 5");
    result = read_number(it, json_object_get(json, "value"), "value", &value);
    if (result == 0)
        result = read_number(it, json_object_get(json, "valueTwo"), "valueTwo", &second);
    if (result < 0)
        return result;
    *made = (struct comparison){(unsigned)json_integer_value(index), UINT64_MAX, value, false};
    if (strcmp(op, "SCMP_CMP_EQ") == 0)
        return 0;
    if (strcmp(op, "SCMP_CMP_NE") == 0) {
        made->differs = true;
        return 0;
    }
    if (strcmp(op, "SCMP_CMP_MASKED_EQ") == 0) {
        made->mask = value;
        made->value = second;
        return 0;
    }
    return refuse(it,
                  "%.30s cannot be imported: policies compare for equality, of all bits or "
                  "masked ones, which is what can be proved",
                  op);
}

static void write_comparison(FILE *out, const struct comparison *one)
{
    const uint64_t clear = one->mask & ~one->value;

    if (one->mask == UINT64_MAX) {
        fprintf(out, " arg%u=0x%" PRIx64, one->index, one->value);
        return;
    }
    fprintf(out, " arg%u:", one->index);
    if (one->value != 0)
        fprintf(out, "0x%" PRIx64 "%s", one->value, clear ? "," : "");
    if (clear != 0)
        fprintf(out, "!0x%" PRIx64, clear);
}

static int add_case(struct importer *it, const char *name, const struct comparison *all,
                    size_t count)
{
    if (++it->case_count > CASES_MAX)
        return refuse(it, "more than %d cases", CASES_MAX);
    fprintf(it->cases, "allow %s", name);
    for (size_t i = 0; i < count; i++)
        if (all[i].mask != 0)
            write_comparison(it->cases, &all[i]);
    fputc('\n', it->cases);
    return 0;
}

/* It differs when any of the 64 bits does: a case for each. */
static int add_differing(struct importer *it, const char *name, struct comparison *all,
                         size_t count, size_t at)
{
    const uint64_t value = all[at].value;
    int result = 0;

    all[at].differs = false;
    for (int bit = 0; bit < 64 && result == 0; bit++) {
        all[at].mask = UINT64_C(1) << bit;
        all[at].value = ~value & all[at].mask;
        result = add_case(it, name, all, count);
    }
    return result;
}

static int add_cases(struct importer *it, const char *name, struct comparison *all, size_t count)
{
    size_t differing = count;
    bool always = true;

    for (size_t i = 0; i < count; i++) {
        if ((all[i].value & ~all[i].mask) != 0)
            return 0; /* bits beyond the mask: it never holds */
        always = always && all[i].mask == 0;
        if (all[i].differs && differing != count)
            return refuse(it, "%s: two SCMP_CMP_NE in one rule cannot be imported", name);
        if (all[i].differs)
            differing = i;
    }
    if (always) {
        it->rules[number_of(name)] = (struct rule){.answer = ANSWER_ALLOW};
        return 0;
    }
    if (it->rules[number_of(name)].answer == ANSWER_ALLOW)
        return 0; /* one of the same rule's always holds */
    it->rules[number_of(name)].has_cases = true;
    if (differing != count)
        return add_differing(it, name, all, count, differing);
    return add_case(it, name, all, count);
}

static bool repeats_an_index(const struct comparison *all, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (all[i].index == all[j].index)
                return true;
    return false;
}

/* As container engines do: comparisons that share an index are alternatives. */
static int read_cases(struct importer *it, const char *name, const json_t *args)
{
    struct comparison all[12];
    const size_t count = json_array_size(args);
    int result = 0;

    if (count > sizeof(all) / sizeof(all[0]))
        return refuse(it, "%s: more than 12 arguments", name);
    for (size_t i = 0; i < count && result == 0; i++)
        result = read_comparison(it, json_array_get(args, i), &all[i]);
    if (result < 0)
        return result;
    if (!repeats_an_index(all, count))
        return add_cases(it, name, all, count);
    for (size_t i = 0; i < count && result == 0; i++)
        result = add_cases(it, name, &all[i], 1);
    return result;
}

/* Rules */

static bool lists(const json_t *array, const char *word)
{
    for (size_t i = 0; i < json_array_size(array); i++) {
        const char *text = json_string_value(json_array_get(array, i));

        if (text && strcmp(text, word) == 0)
            return true;
    }
    return false;
}

/* Docker's profiles: for which machines, and with which capabilities. A box has
 * no capability. */
static bool is_for_us(const json_t *rule)
{
    const json_t *includes = json_object_get(rule, "includes");
    const json_t *excludes = json_object_get(rule, "excludes");
    const json_t *arches = json_object_get(includes, "arches");

    if (json_array_size(json_object_get(includes, "caps")) > 0)
        return false;
    if (json_array_size(arches) > 0 && !lists(arches, "amd64") && !lists(arches, "x86_64"))
        return false;
    return !lists(json_object_get(excludes, "arches"), "amd64");
}

static int read_name(struct importer *it, const char *name, const json_t *args,
                     const struct rule *rule)
{
    const int number = name ? number_of(name) : -1;

    if (number < 0) {
        fprintf(it->notes, "# not known here: %.40s\n",
                name && strspn(name, "abcdefghijklmnopqrstuvwxyz_0123456789") == strlen(name)
                    ? name
                    : "(no name of a call)");
        return 0;
    }
    if (strcmp(name, "execveat") == 0 && rule->answer == ANSWER_ALLOW) {
        fprintf(it->notes, "# execveat is the supervisor's: left out\n");
        return 0;
    }
    if ((strcmp(name, "exit") == 0 || strcmp(name, "exit_group") == 0) &&
        (rule->answer != ANSWER_ALLOW || json_array_size(args) > 0)) {
        fprintf(it->notes, "# %s is always allowed: a rule that says less is left out\n", name);
        return 0;
    }
    if (json_array_size(args) == 0) {
        it->rules[number] = (struct rule){.answer = rule->answer, .errnum = rule->errnum};
        return 0;
    }
    if (it->rules[number].answer == ANSWER_ALLOW)
        return 0; /* allowed already, in all cases */
    if (rule->answer != ANSWER_ALLOW && it->otherwise.answer == ANSWER_ALLOW)
        return refuse(it,
                      "%s: cases that are refused cannot be imported, only ones that are "
                      "allowed",
                      name);
    if (rule->answer != ANSWER_ALLOW)
        return refuse(it,
                      "%s: an answer for some cases only cannot be imported, unless it is "
                      "ALLOW",
                      name);
    if (it->rules[number].answer != ANSWER_NONE) {
        fprintf(it->notes, "# %s: refused in all cases by another rule, as engines have it\n",
                name);
        return 0;
    }
    return read_cases(it, name, args);
}

static int read_rule(struct importer *it, const json_t *json)
{
    const json_t *names = json_object_get(json, "names");
    const json_t *args = json_object_get(json, "args");
    struct rule rule = {0};
    int result;

    if (!json_is_object(json))
        return refuse(it, "a rule is no object");
    if (!is_for_us(json))
        return 0;
    result = read_action(it, json_string_value(json_object_get(json, "action")),
                         json_object_get(json, "errnoRet"), &rule);
    if (result == 0 && json_is_string(json_object_get(json, "name")))
        result = read_name(it, json_string_value(json_object_get(json, "name")), args, &rule);
    for (size_t i = 0; i < json_array_size(names) && result == 0; i++)
        result = read_name(it, json_string_value(json_array_get(names, i)), args, &rule);
    return result;
}

static int read_profile(struct importer *it, const json_t *root)
{
    const json_t *rules = json_object_get(root, "syscalls");
    int result;

    if (!json_is_object(root))
        return refuse(it, "no object: a profile starts with {\"defaultAction\": ...");
    if (json_object_get(root, "linux")) /* a whole container's configuration */
        return read_profile(it, json_object_get(json_object_get(root, "linux"), "seccomp"));
    result = read_action(it, json_string_value(json_object_get(root, "defaultAction")),
                         json_object_get(root, "defaultErrnoRet"), &it->otherwise);
    if (result == 0 && it->otherwise.answer == ANSWER_ALLOW)
        return refuse(it, "defaultAction ALLOW cannot be imported: a policy names what is allowed, "
                          "and all else is refused");
    for (size_t i = 0; i < json_array_size(rules) && result == 0; i++)
        result = read_rule(it, json_array_get(rules, i));
    return result;
}

/* The policy */

/* The supervisor hears of these in any case, so that no answer is in the filter. */
static bool is_asked_about(int number)
{
    return number == number_of("execve") || number == number_of("execveat");
}

static void write_answers(const struct importer *it, FILE *out)
{
    for (int number = 0; number < CALLS; number++) {
        const struct rule *rule = &it->rules[number];

        switch (rule->answer) {
        case ANSWER_ALLOW:
            fprintf(out, "allow %s\n", dualpipe_syscall_name(number));
            break;
        case ANSWER_KILL:
            fprintf(out, "kill %s\n", dualpipe_syscall_name(number));
            break;
        case ANSWER_ERRNO:
            if (rule->errnum == ENOSYS && !is_asked_about(number))
                fprintf(out, "enosys %s\n", dualpipe_syscall_name(number));
            else
                fprintf(out, "errno %s %s\n", strerrorname_np(rule->errnum),
                        dualpipe_syscall_name(number));
            break;
        default:
            break;
        }
    }
}

/* A later rule without conditions takes the cases away, in engines as here. */
static void write_cases(const struct importer *it, FILE *out, const char *cases)
{
    while (*cases) {
        const size_t length = strcspn(cases, "\n") + 1;
        char name[64] = "";

        (void)sscanf(cases, "allow %63s", name);
        if (number_of(name) >= 0 && it->rules[number_of(name)].has_cases)
            (void)fwrite(cases, 1, length, out);
        cases += length;
    }
}

static void write_policy(const struct importer *it, FILE *out, const char *cases, const char *notes)
{
    const int exec = number_of("execve");

    fprintf(out,
            "# Imported from a container engine's profile: system calls only. Say what the\n"
            "# target sees and may use: see policy/README.md.\n%s\n",
            notes);
    if (it->otherwise.answer == ANSWER_ERRNO)
        fprintf(out, "otherwise errno %s\n", strerrorname_np(it->otherwise.errnum));
    else
        fprintf(out, "otherwise kill\n");
    if (it->rules[exec].answer == ANSWER_ALLOW || it->rules[exec].has_cases)
        fprintf(out, "exec free\n");
    write_answers(it, out);
    write_cases(it, out, cases);
}

/*
 * jansson keeps numbers as signed ones and refuses those above INT64_MAX, as
 * masks often are: numbers of 19 digits and more are made strings. Returns
 * text for free(), or NULL.
 */
static char *quote_large_numbers(const char *json, size_t size, size_t *new_size)
{
    char *text = malloc(2 * size + 1);
    bool is_string = false;
    size_t length = 0;

    for (size_t i = 0; text && i < size; i++) {
        size_t digits = 0;

        while (!is_string && i + digits < size && json[i + digits] >= '0' &&
               json[i + digits] <= '9')
            digits++;
        if (digits >= 19 && (i == 0 || strchr("-.eE+", json[i - 1]) == NULL)) {
            text[length++] = '"';
            memcpy(text + length, json + i, digits);
            length += digits;
            text[length++] = '"';
            i += digits - 1;
        } else if (digits > 0) {
            memcpy(text + length, json + i, digits);
            length += digits;
            i += digits - 1;
        } else {
            if (is_string && json[i] == '\\' && i + 1 < size)
                text[length++] = json[i++];
            else if (json[i] == '"')
                is_string = !is_string;
            text[length++] = json[i];
        }
    }
    *new_size = length;
    return text;
}

static int put_together(struct importer *it, const char *cases, const char *notes, char **policy)
{
    struct dp_text_stream stream;

    if (dp_text_stream_open(&stream) < 0)
        return -ENOMEM;
    write_policy(it, stream.file, cases, notes);
    return dp_text_stream_close(&stream, policy) < 0 ? -ENOMEM : 0;
}

static int import_root(struct importer *it, const json_t *root, char **policy)
{
    struct dp_text_stream cases;
    struct dp_text_stream notes;
    char *case_text = NULL;
    char *note_text = NULL;
    int result;

    if (dp_text_stream_open(&cases) < 0)
        return -ENOMEM;
    if (dp_text_stream_open(&notes) < 0) {
        (void)dp_text_stream_close(&cases, &case_text);
        free(case_text);
        return -ENOMEM;
    }
    it->cases = cases.file;
    it->notes = notes.file;
    result = read_profile(it, root);
    if (dp_text_stream_close(&cases, &case_text) < 0)
        result = -ENOMEM;
    if (dp_text_stream_close(&notes, &note_text) < 0)
        result = -ENOMEM;
    if (result == 0)
        result = put_together(it, case_text, note_text, policy);
    free(case_text);
    free(note_text);
    return result;
}

int policy_import_oci_text(const char *json, size_t size, char **policy)
{
    struct importer *it = calloc(1, sizeof(*it));
    json_error_t wrong = {.line = 0};
    size_t length = 0;
    char *text = it ? quote_large_numbers(json, size, &length) : NULL;
    json_t *root = NULL;
    int result = -ENOMEM;

    *policy = NULL;
    if (text) {
        root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &wrong);
        result = root ? import_root(it, root, policy)
                      : refuse(it, "line %d: no JSON: %s", wrong.line, wrong.text);
        if (result == -EINVAL)
            *policy = strdup(it->why);
    }
    json_decref(root);
    free(text);
    free(it);
    return result;
}

static char *read_all(const char *path, size_t *size)
{
    const bool is_input = strcmp(path, "-") == 0;
    FILE *file = is_input ? stdin : fopen(path, "re");
    char *text = file ? malloc(FILE_BYTES_MAX + 1) : NULL;

    if (text)
        *size = fread(text, 1, FILE_BYTES_MAX + 1, file);
    if (!text || ferror(file) || *size > FILE_BYTES_MAX) {
        say("%s: %s", path,
            text && *size > FILE_BYTES_MAX ? "larger than 1 MiB" : strerrordesc_np(errno));
        free(text);
        text = NULL;
    }
    if (file && !is_input)
        fclose(file);
    return text;
}

int policy_import_oci(const char *path)
{
    size_t size = 0;
    char *text = read_all(path, &size);
    char *policy = NULL;
    int result;

    if (!text)
        return EXIT_NO_VERDICT;
    result = policy_import_oci_text(text, size, &policy);
    if (result < 0)
        say("%s: %s", path, policy ? policy : strerrordesc_np(-result));
    else if (fputs(policy, stdout) == EOF || fflush(stdout) == EOF)
        result = -EIO;
    free(policy);
    free(text);
    return result < 0 ? EXIT_NO_VERDICT : 0;
}
