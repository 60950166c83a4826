/* SPDX-License-Identifier: MIT */
/*
 * claim.h - take something of the host's for oneself, where that takes no privilege.
 *
 * The claim is an abstract socket's name, so that it ends with its process, however
 * that ends; it holds within one network namespace, whoever makes it.
 */
#ifndef DP_CLAIM_H
#define DP_CLAIM_H

/* Returns the descriptor that holds the claim, or a negative errno value;
 * -EADDRINUSE: somebody else has it. kind is a short word. */
int dp_claim(const char *kind, unsigned number);

#endif
