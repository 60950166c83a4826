/* SPDX-License-Identifier: MIT */
/* told.c - what a target told, in words that cannot be taken for ours. */
#include "told.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

/* Of one string, with its quotation marks: each byte may become four. */
#define QUOTED_MAX 200

bool dp_told_is_kind(enum dp_kind kind)
{
    return kind == DP_KIND_PATH || kind == DP_KIND_SOCKET_ADDRESS;
}

static size_t escape(char piece[5], unsigned char byte)
{
    if (byte == '"' || byte == '\\')
        return (size_t)snprintf(piece, 5, "\\%c", byte);
    if (byte >= 0x20 && byte < 0x7f)
        return (size_t)snprintf(piece, 5, "%c", byte);
    return (size_t)snprintf(piece, 5, "\\x%02x", byte);
}

/* In quotation marks; "..." behind them where it is cut. */
static void quote(char quoted[QUOTED_MAX + 8], const unsigned char *bytes, size_t length,
                  bool is_cut)
{
    size_t at = 0;
    size_t i;

    quoted[at++] = '"';
    for (i = 0; i < length; i++) {
        char piece[5];
        const size_t more = escape(piece, bytes[i]);

        if (at + more > QUOTED_MAX) {
            is_cut = true;
            break;
        }
        memcpy(quoted + at, piece, more);
        at += more;
    }
    (void)snprintf(quoted + at, 8, "\"%s", is_cut ? "..." : "");
}

static void put_internet(char *text, size_t size, const struct dp_told *told, int family)
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    char address[INET6_ADDRSTRLEN] = "";

    if (family == AF_INET && told->length >= sizeof(v4)) {
        memcpy(&v4, told->bytes, sizeof(v4));
        (void)inet_ntop(AF_INET, &v4.sin_addr, address, sizeof(address));
        (void)snprintf(text, size, "{AF_INET, %s:%u}", address, ntohs(v4.sin_port));
    } else if (family == AF_INET6 && told->length >= sizeof(v6)) {
        memcpy(&v6, told->bytes, sizeof(v6));
        (void)inet_ntop(AF_INET6, &v6.sin6_addr, address, sizeof(address));
        (void)snprintf(text, size, "{AF_INET6, [%s]:%u}", address, ntohs(v6.sin6_port));
    } else {
        (void)snprintf(text, size, "{%s, cut short}", family == AF_INET ? "AF_INET" : "AF_INET6");
    }
}

/* A name that starts with a NUL is one without a file: "@name". */
static void put_local(char *text, size_t size, const struct dp_told *told)
{
    const size_t start = offsetof(struct sockaddr_un, sun_path);
    const unsigned char *path = told->bytes + start;
    size_t length = told->length > start ? told->length - start : 0;
    const bool is_abstract = length > 0 && path[0] == '\0';
    char quoted[QUOTED_MAX + 8];

    if (is_abstract)
        quote(quoted, path + 1, length - 1, told->is_cut);
    else
        quote(quoted, path, strnlen((const char *)path, length), told->is_cut);
    (void)snprintf(text, size, "{AF_UNIX, %s%s}", is_abstract ? "@" : "", quoted);
}

static void put_socket_address(char *text, size_t size, const struct dp_told *told)
{
    char name[64];
    sa_family_t family = AF_UNSPEC;

    memcpy(&family, told->bytes, sizeof(family));
    if (family == AF_INET || family == AF_INET6) {
        put_internet(text, size, told, family);
    } else if (family == AF_UNIX) {
        put_local(text, size, told);
    } else {
        dp_constant_text(name, sizeof(name), DP_KIND_FAMILY, family);
        (void)snprintf(text, size, "{%s}", name);
    }
}

bool dp_told_text(char *text, size_t size, const struct dp_told_list *list,
                  const struct dp_argument *argument)
{
    const struct dp_told *told = NULL;
    char words[QUOTED_MAX + 40];
    unsigned i;

    for (i = 0; list && i < list->count; i++) {
        if (list->at[i].argument == argument->index)
            told = &list->at[i];
    }
    if (!told || !dp_told_is_kind(argument->kind))
        return false;
    if (argument->kind == DP_KIND_PATH)
        quote(words, told->bytes, told->length, told->is_cut);
    else if (told->length >= sizeof(sa_family_t))
        put_socket_address(words, sizeof(words), told);
    else
        return false;
    (void)snprintf(text, size, "%s (as the target told it)", words);
    return true;
}
