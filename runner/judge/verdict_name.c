/* SPDX-License-Identifier: MIT */
/* verdict_name.c - verdicts of cases and of submissions, as REPORT.md words them. */
#include "judgement.h"

const char *judge_verdict_name(enum judge_verdict verdict)
{
    static const char *const names[JUDGE_VERDICT_COUNT] = {
        [JUDGE_SKIPPED] = "skipped",
        [JUDGE_ACCEPTED] = "accepted",
        [JUDGE_WRONG_ANSWER] = "wrong-answer",
        [JUDGE_TIME_LIMIT] = "time-limit",
        [JUDGE_MEMORY_LIMIT] = "memory-limit",
        [JUDGE_OUTPUT_LIMIT] = "output-limit",
        [JUDGE_RUN_TIME_ERROR] = "run-time-error",
        [JUDGE_VIOLATION] = "violation",
        [JUDGE_IDLE] = "idle",
        [JUDGE_COMPILE_ERROR] = "compile-error",
        [JUDGE_JUDGE_ERROR] = "judge-error",
    };

    return verdict < JUDGE_VERDICT_COUNT ? names[verdict] : "unknown";
}
