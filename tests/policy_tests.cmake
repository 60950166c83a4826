# SPDX-License-Identifier: MIT
# The policies: the language, the filters, their proof, and the live kernel.
dualpipe_criterion_test(policy_parse_test policy_parse_test.c)
dualpipe_criterion_test(policy_filter_test policy_filter_test.c)
dualpipe_criterion_test(policy_prove_test policy_prove_test.c)
dualpipe_criterion_test(policy_live_test policy_live_test.c)
dualpipe_criterion_test(policy_describe_test policy_describe_test.c)
