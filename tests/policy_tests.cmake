# SPDX-License-Identifier: MIT
# The policies: the language, the filters, their proof, and the live kernel.
dualpipe_criterion_test(policy_parse_test policy_parse_test.c)
dualpipe_criterion_test(policy_filter_test policy_filter_test.c)
dualpipe_criterion_test(policy_prove_test policy_prove_test.c)
dualpipe_criterion_test(policy_live_test policy_live_test.c)
dualpipe_criterion_test(policy_describe_test policy_describe_test.c)
dualpipe_criterion_test(policy_write_test policy_write_test.c)

# The languages of a judge and their runtimes, those that are installed.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_test(NAME runtimes COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/runtimes_test.py
                               --dualpipe $<TARGET_FILE:dualpipe>)
set_tests_properties(runtimes PROPERTIES TIMEOUT 900 RUN_SERIAL ON)
