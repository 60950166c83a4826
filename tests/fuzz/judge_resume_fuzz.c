/* SPDX-License-Identifier: MIT */
/* judge_resume_fuzz.c - libFuzzer on the lines that `grade --resume` reads back, and on
 * the tables, pages and files that are made of them: all as if a target had chosen it. */
#include "fuzz.h"

#include "judge/resume.h"

#include "allocate.h"
#include "judgement_json.h"
#include "judgement_release.h"
#include "report_csv.h"
#include "report_html.h"
#include "report_junit.h"
#include "report_table.h"

static char root[FUZZ_PATH];
static char path[FUZZ_PATH + 8];

static void remove_file(void)
{
    unlink(path);
    rmdir(root);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_directory(root);
    snprintf(path, sizeof(path), "%s/lines", root);
    atexit(remove_file);
    return 0;
}

static void check_sheet(struct sheet *sheet, int result, bool is_plain)
{
    MUST(result == 0 && sheet->text && strlen(sheet->text) == sheet->length);
    for (size_t i = 0; is_plain && i < sheet->length; i++)
        MUST((unsigned char)sheet->text[i] >= 0x20 || sheet->text[i] == '\n');
    sheet_release(sheet);
}

static void write_all(const struct judgement *judgement)
{
    const struct style style = {0};
    struct sheet sheet = {0};
    json_t *json;
    char *text;

    check_sheet(&sheet, report_table(judgement, &style, true, &sheet), true);
    check_sheet(&sheet, report_csv(judgement, "submission", &sheet), false);
    check_sheet(&sheet, report_html(judgement, &sheet), false);
    check_sheet(&sheet, report_junit(judgement, &sheet), false);
    text = judgement_json(judgement);
    MUST(text);
    json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    MUST(json);
    json_decref(json);
    free(text);
}

static void take_all(const struct resume *resume)
{
    const size_t count = json_object_size(resume->lines);
    struct judgement judgement = {.problem.name = text_copy("fuzz")};
    const char *name;
    json_t *line;

    judgement.submissions = allocate(count * sizeof(*judgement.submissions));
    json_object_foreach(resume->lines, name, line)
    {
        struct judge_submission *one = &judgement.submissions[judgement.submission_count++];

        MUST(resume_take(resume, name, one));
    }
    write_all(&judgement);
    judgement_release(&judgement);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct resume resume;

    fuzz_put(AT_FDCWD, path, data, size);
    if (resume_open(&resume, path) == 0)
        take_all(&resume);
    resume_close(&resume);
    return 0;
}
