/* SPDX-License-Identifier: MIT */
/*
 * calculator.c - a calculator that remembers: one command a line, one answer each.
 *
 *     x = 6 * 7       sets a variable, answers "x = 42"
 *     (x + 8) / 4     answers "12.5"
 *     ask y           prints "y? ", without an end of line, and reads its value
 *     quit            says "bye" and ends, as the end of its input does
 *
 * It knows nothing of DualPipe: an ordinary interactive program.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VARIABLES_MAX 100
#define DEPTH_MAX 100
#define NAME_SIZE 32
#define LINE_SIZE 256

struct variable {
    char name[NAME_SIZE];
    double value;
};

struct calculator {
    struct variable variables[VARIABLES_MAX];
    size_t count;
    const char *next;  /* what is still to be read of the line */
    const char *error; /* the first thing that was wrong with it, or NULL */
    int depth;         /* of parentheses and signs */
};

static double sum(struct calculator *calculator);

static double fail(struct calculator *calculator, const char *error)
{
    if (!calculator->error)
        calculator->error = error;
    return 0;
}

static void skip_blanks(struct calculator *calculator)
{
    while (isspace((unsigned char)*calculator->next))
        calculator->next++;
}

/* Step over one character, and the blanks after it, if it comes next. */
static bool accept(struct calculator *calculator, char wanted)
{
    if (*calculator->next != wanted)
        return false;
    calculator->next++;
    skip_blanks(calculator);
    return true;
}

/* Returns whether a name came next. */
static bool read_name(struct calculator *calculator, char name[NAME_SIZE])
{
    size_t length = 0;

    if (!isalpha((unsigned char)*calculator->next))
        return false;
    for (; isalnum((unsigned char)*calculator->next); calculator->next++) {
        if (length < NAME_SIZE - 1)
            name[length++] = *calculator->next;
    }
    name[length] = '\0';
    skip_blanks(calculator);
    return true;
}

static struct variable *find_variable(struct calculator *calculator, const char *name)
{
    for (size_t i = 0; i < calculator->count; i++) {
        if (strcmp(calculator->variables[i].name, name) == 0)
            return &calculator->variables[i];
    }
    return NULL;
}

static double number(struct calculator *calculator)
{
    char *end;
    double value = strtod(calculator->next, &end);

    if (end == calculator->next)
        return fail(calculator, "a number, a name or ( is missing");
    calculator->next = end;
    skip_blanks(calculator);
    return value;
}

static double value_of_name(struct calculator *calculator)
{
    char name[NAME_SIZE];
    const struct variable *variable;

    if (!read_name(calculator, name))
        return number(calculator);
    variable = find_variable(calculator, name);
    return variable ? variable->value : fail(calculator, "no such variable");
}

static double factor(struct calculator *calculator)
{
    double value;

    if (calculator->depth == DEPTH_MAX)
        return fail(calculator, "too deep");
    calculator->depth++;
    if (accept(calculator, '-')) {
        value = -factor(calculator);
    } else if (accept(calculator, '(')) {
        value = sum(calculator);
        if (!accept(calculator, ')'))
            fail(calculator, ") is missing");
    } else {
        value = value_of_name(calculator);
    }
    calculator->depth--;
    return value;
}

static double product(struct calculator *calculator)
{
    double value = factor(calculator);

    while (!calculator->error) {
        if (accept(calculator, '*')) {
            value *= factor(calculator);
        } else if (accept(calculator, '/')) {
            double divisor = factor(calculator);

            value = divisor != 0 ? value / divisor : fail(calculator, "division by zero");
        } else {
            break;
        }
    }
    return value;
}

static double sum(struct calculator *calculator)
{
    double value = product(calculator);

    while (!calculator->error) {
        if (accept(calculator, '+'))
            value += product(calculator);
        else if (accept(calculator, '-'))
            value -= product(calculator);
        else
            break;
    }
    return value;
}

/* The value of a whole line; look at calculator->error before you use it. */
static double evaluate(struct calculator *calculator, const char *line)
{
    double value;

    calculator->next = line;
    calculator->error = NULL;
    calculator->depth = 0;
    skip_blanks(calculator);
    value = sum(calculator);
    if (*calculator->next != '\0')
        fail(calculator, "an operator is missing");
    return value;
}

/* Set a variable to the value of an expression, and say so. */
static void assign(struct calculator *calculator, const char *name, const char *expression)
{
    double value = evaluate(calculator, expression);
    struct variable *variable = find_variable(calculator, name);

    if (calculator->error)
        return;
    if (!variable) {
        if (calculator->count == VARIABLES_MAX) {
            fail(calculator, "too many variables");
            return;
        }
        variable = &calculator->variables[calculator->count++];
        snprintf(variable->name, sizeof(variable->name), "%s", name);
    }
    variable->value = value;
    printf("%s = %.10g\n", name, value);
}

static void ask(struct calculator *calculator, const char *name)
{
    char line[LINE_SIZE];

    printf("%s? ", name);
    if (fgets(line, sizeof(line), stdin))
        assign(calculator, name, line);
}

static void obey(struct calculator *calculator, const char *line)
{
    char name[NAME_SIZE];
    double value;

    calculator->next = line;
    calculator->error = NULL;
    skip_blanks(calculator);
    if (strncmp(calculator->next, "ask ", 4) == 0) {
        calculator->next += 4;
        if (read_name(calculator, name))
            ask(calculator, name);
        else
            fail(calculator, "a name is missing");
    } else if (read_name(calculator, name) && accept(calculator, '=')) {
        assign(calculator, name, calculator->next);
    } else {
        value = evaluate(calculator, line);
        if (!calculator->error)
            printf("%.10g\n", value);
    }
    if (calculator->error)
        printf("error: %s\n", calculator->error);
}

int main(void)
{
    struct calculator calculator = {0};
    char line[LINE_SIZE];

    setvbuf(stdout, NULL, _IONBF, 0); /* it is talked to: each answer leaves at once */
    while (fgets(line, sizeof(line), stdin) && strcmp(line, "quit\n") != 0)
        obey(&calculator, line);
    puts("bye");
    return 0;
}
