/* SPDX-License-Identifier: MIT */
/*
 * filter_evaluate.c - an interpreter for seccomp filters.
 *
 * It takes what the kernel takes (seccomp_check_filter() in kernel/seccomp.c
 * and bpf_check_classic() in net/core/filter.c), and computes what the kernel
 * computes.
 */
#include "filter.h"

#include <errno.h>
#include <string.h>

#define MEMORY_WORDS BPF_MEMWORDS
#define DATA_SIZE ((uint32_t)sizeof(struct seccomp_data))

static bool is_plain_code(uint16_t code)
{
    switch (code) {
    case BPF_LD | BPF_W | BPF_LEN:
    case BPF_LDX | BPF_W | BPF_LEN:
    case BPF_LD | BPF_IMM:
    case BPF_LDX | BPF_IMM:
    case BPF_RET | BPF_K:
    case BPF_RET | BPF_A:
    case BPF_MISC | BPF_TAX:
    case BPF_MISC | BPF_TXA:
    case BPF_ALU | BPF_NEG:
        return true;
    default:
        return false;
    }
}

static bool is_arithmetic(uint16_t code)
{
    switch (code & ~(uint16_t)BPF_X) {
    case BPF_ALU | BPF_ADD:
    case BPF_ALU | BPF_SUB:
    case BPF_ALU | BPF_MUL:
    case BPF_ALU | BPF_DIV:
    case BPF_ALU | BPF_AND:
    case BPF_ALU | BPF_OR:
    case BPF_ALU | BPF_XOR:
    case BPF_ALU | BPF_LSH:
    case BPF_ALU | BPF_RSH:
        return true;
    default:
        return false;
    }
}

/* Division by 0 and shifts out of the word are refused where they can be seen. */
static bool is_arithmetic_sound(const struct sock_filter *instruction)
{
    if ((instruction->code & BPF_X) != 0)
        return true;
    switch (BPF_OP(instruction->code)) {
    case BPF_DIV:
        return instruction->k != 0;
    case BPF_LSH:
    case BPF_RSH:
        return instruction->k < 32;
    default:
        return true;
    }
}

static bool is_conditional_jump(uint16_t code)
{
    switch (code & ~(uint16_t)BPF_X) {
    case BPF_JMP | BPF_JEQ:
    case BPF_JMP | BPF_JGE:
    case BPF_JMP | BPF_JGT:
    case BPF_JMP | BPF_JSET:
        return true;
    default:
        return false;
    }
}

static bool is_memory_access(uint16_t code)
{
    return code == (BPF_LD | BPF_MEM) || code == (BPF_LDX | BPF_MEM) || code == BPF_ST ||
           code == BPF_STX;
}

/* left: how many instructions stand behind this one. */
static bool is_instruction_sound(const struct sock_filter *instruction, size_t left)
{
    uint16_t code = instruction->code;

    if (is_plain_code(code))
        return true;
    if (code == (BPF_LD | BPF_W | BPF_ABS))
        return instruction->k < DATA_SIZE && instruction->k % 4 == 0;
    if (is_memory_access(code))
        return instruction->k < MEMORY_WORDS;
    if (code == (BPF_JMP | BPF_JA))
        return instruction->k < left;
    if (is_conditional_jump(code))
        return instruction->jt < left && instruction->jf < left;
    return is_arithmetic(code) && is_arithmetic_sound(instruction);
}

/* The memory words that are surely written when an instruction is reached;
 * jumps lead forward only, so one pass tells. */
struct written {
    uint16_t at[BPF_MAXINSNS];
};

static void note_jump(struct written *written, size_t target, uint16_t words)
{
    written->at[target] &= words;
}

static bool are_loads_sound(const struct dp_filter *filter)
{
    struct written written;
    uint16_t words = 0;
    size_t i;

    memset(&written, 0xff, sizeof(written));
    for (i = 0; i < filter->count; i++) {
        const struct sock_filter *instruction = &filter->instructions[i];
        uint16_t code = instruction->code;

        words &= written.at[i];
        if (code == BPF_ST || code == BPF_STX) {
            words |= (uint16_t)(1u << instruction->k);
        } else if (code == (BPF_LD | BPF_MEM) || code == (BPF_LDX | BPF_MEM)) {
            if ((words & 1u << instruction->k) == 0)
                return false;
        } else if (code == (BPF_JMP | BPF_JA)) {
            note_jump(&written, i + 1 + instruction->k, words);
            words = UINT16_MAX;
        } else if (BPF_CLASS(code) == BPF_JMP) {
            note_jump(&written, i + 1 + instruction->jt, words);
            note_jump(&written, i + 1 + instruction->jf, words);
            words = UINT16_MAX;
        }
    }
    return true;
}

int dp_filter_check(const struct dp_filter *filter)
{
    size_t i;

    if (filter->count == 0 || filter->count > BPF_MAXINSNS)
        return -EINVAL;
    for (i = 0; i < filter->count; i++) {
        if (!is_instruction_sound(&filter->instructions[i], filter->count - i - 1))
            return -EINVAL;
    }
    if (BPF_CLASS(filter->instructions[filter->count - 1].code) != BPF_RET)
        return -EINVAL;
    return are_loads_sound(filter) ? 0 : -EINVAL;
}

struct machine {
    uint32_t a;
    uint32_t x;
    uint32_t memory[MEMORY_WORDS];
};

static uint32_t load_word(const struct seccomp_data *data, uint32_t offset)
{
    uint32_t word;

    memcpy(&word, (const char *)data + offset, sizeof(word));
    return word;
}

/* Returns false where the kernel ends the program with 0: a division by 0. */
static bool compute(struct machine *machine, const struct sock_filter *instruction)
{
    uint32_t operand = (instruction->code & BPF_X) != 0 ? machine->x : instruction->k;

    switch (BPF_OP(instruction->code)) {
    case BPF_ADD:
        machine->a += operand;
        break;
    case BPF_SUB:
        machine->a -= operand;
        break;
    case BPF_MUL:
        machine->a *= operand;
        break;
    case BPF_DIV:
        if (operand == 0)
            return false;
        machine->a /= operand;
        break;
    case BPF_AND:
        machine->a &= operand;
        break;
    case BPF_OR:
        machine->a |= operand;
        break;
    case BPF_XOR:
        machine->a ^= operand;
        break;
    case BPF_LSH:
        machine->a <<= operand % 32; /* as the kernel's own machine does it */
        break;
    case BPF_RSH:
        machine->a >>= operand % 32;
        break;
    default:
        machine->a = -machine->a;
        break;
    }
    return true;
}

static size_t jump_distance(const struct machine *machine, const struct sock_filter *instruction)
{
    uint32_t operand = (instruction->code & BPF_X) != 0 ? machine->x : instruction->k;
    bool is_true;

    switch (BPF_OP(instruction->code)) {
    case BPF_JA:
        return instruction->k;
    case BPF_JEQ:
        is_true = machine->a == operand;
        break;
    case BPF_JGT:
        is_true = machine->a > operand;
        break;
    case BPF_JGE:
        is_true = machine->a >= operand;
        break;
    default:
        is_true = (machine->a & operand) != 0;
        break;
    }
    return is_true ? instruction->jt : instruction->jf;
}

static void move(struct machine *machine, const struct sock_filter *instruction,
                 const struct seccomp_data *data)
{
    switch (instruction->code) {
    case BPF_LD | BPF_W | BPF_ABS:
        machine->a = load_word(data, instruction->k);
        break;
    case BPF_LD | BPF_W | BPF_LEN:
        machine->a = DATA_SIZE;
        break;
    case BPF_LDX | BPF_W | BPF_LEN:
        machine->x = DATA_SIZE;
        break;
    case BPF_LD | BPF_IMM:
        machine->a = instruction->k;
        break;
    case BPF_LDX | BPF_IMM:
        machine->x = instruction->k;
        break;
    case BPF_LD | BPF_MEM:
        machine->a = machine->memory[instruction->k];
        break;
    case BPF_LDX | BPF_MEM:
        machine->x = machine->memory[instruction->k];
        break;
    case BPF_ST:
        machine->memory[instruction->k] = machine->a;
        break;
    case BPF_STX:
        machine->memory[instruction->k] = machine->x;
        break;
    case BPF_MISC | BPF_TAX:
        machine->x = machine->a;
        break;
    default: /* BPF_MISC | BPF_TXA */
        machine->a = machine->x;
        break;
    }
}

uint32_t dp_filter_run(const struct dp_filter *filter, const struct seccomp_data *data)
{
    struct machine machine = {0};
    size_t at;

    /* Jumps lead forward and the last instruction returns: this ends. */
    for (at = 0; at < filter->count; at++) {
        const struct sock_filter *instruction = &filter->instructions[at];

        switch (BPF_CLASS(instruction->code)) {
        case BPF_RET:
            return BPF_RVAL(instruction->code) == BPF_A ? machine.a : instruction->k;
        case BPF_JMP:
            at += jump_distance(&machine, instruction);
            break;
        case BPF_ALU:
            if (!compute(&machine, instruction))
                return 0;
            break;
        default:
            move(&machine, instruction, data);
            break;
        }
    }
    return SECCOMP_RET_KILL_PROCESS;
}

int64_t dp_filter_evaluate(const struct dp_filter *filter, const struct seccomp_data *data)
{
    int result = dp_filter_check(filter);

    return result < 0 ? result : (int64_t)dp_filter_run(filter, data);
}
