# SPDX-License-Identifier: MIT
# Limits from outside, on this host's cgroups; alone, for their bounds are real.
add_executable(limits_use ${CMAKE_CURRENT_LIST_DIR}/limits/use.c)
target_compile_definitions(limits_use PRIVATE _GNU_SOURCE)
target_compile_options(limits_use PRIVATE -Wall -Wextra -O1)
target_link_options(limits_use PRIVATE -static -pthread)
set_target_properties(limits_use PROPERTIES OUTPUT_NAME use POSITION_INDEPENDENT_CODE OFF
  RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/limits)
add_executable(limits_huge ${CMAKE_CURRENT_LIST_DIR}/programs/huge.c)
target_link_options(limits_huge PRIVATE -static)
set_target_properties(limits_huge PROPERTIES OUTPUT_NAME huge POSITION_INDEPENDENT_CODE OFF
  RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/limits)
configure_file(${CMAKE_CURRENT_LIST_DIR}/limits/processes.policy
  ${CMAKE_CURRENT_BINARY_DIR}/limits/processes.policy COPYONLY)
dualpipe_criterion_test(agree_test ${CMAKE_CURRENT_LIST_DIR}/agree_test.c
  ${CMAKE_CURRENT_LIST_DIR}/checks.c)
add_dependencies(agree_test limits_use)
set_tests_properties(agree_test PROPERTIES RUN_SERIAL ON)
add_test(NAME limits_e2e COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/limits_e2e.py
  --dualpipe $<TARGET_FILE:dualpipe> --programs ${CMAKE_CURRENT_BINARY_DIR}/limits)
set_tests_properties(limits_e2e PROPERTIES TIMEOUT 900 RUN_SERIAL ON)

# How late limits are, how exact figures: cmake --build BUILD --target bench_limits
add_executable(limits_bench ${CMAKE_CURRENT_LIST_DIR}/bench/limits_bench.c)
target_compile_definitions(limits_bench PRIVATE
  BENCH_LIMITS="${CMAKE_CURRENT_BINARY_DIR}/limits")
target_link_libraries(limits_bench PRIVATE dualpipe::dualpipe dualpipe_build_flags)
add_dependencies(limits_bench limits_use)
add_custom_target(bench_limits COMMAND limits_bench COMMENT "Measuring limits" USES_TERMINAL
  VERBATIM)

# The same on cgroup v2 and Linux 6.1, in a virtual machine; its own label. A part of it,
# what does not hang on the speed of an emulated machine, is among the tests of every day.
add_test(NAME limits_v2 COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/vm/vm_test.py
  --dualpipe $<TARGET_FILE:dualpipe> --programs ${CMAKE_CURRENT_BINARY_DIR}/limits
  --only "out of memory|run out|children together|bomb of|groups|the peak of")
set_tests_properties(limits_v2 PROPERTIES TIMEOUT 900 RUN_SERIAL ON SKIP_RETURN_CODE 77)
add_test(NAME limits_vm COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/vm/vm_test.py
  --dualpipe $<TARGET_FILE:dualpipe> --programs ${CMAKE_CURRENT_BINARY_DIR}/limits)
add_test(NAME hostile_vm COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/vm/vm_test.py
  --dualpipe $<TARGET_FILE:dualpipe> --programs ${CMAKE_CURRENT_BINARY_DIR}/limits
  --hostile $<TARGET_FILE:dualpipe_shared> ${DUALPIPE_TEST_PROGRAMS} ${CMAKE_CURRENT_BINARY_DIR})
# There the clock may be stepped, which is the whole machine's.
add_test(NAME clock_vm COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/vm/vm_test.py
  --dualpipe $<TARGET_FILE:dualpipe> --programs ${CMAKE_CURRENT_BINARY_DIR}/limits
  --put $<TARGET_FILE:dualpipe_judge>:dualpipe-judge
  --put ${CMAKE_CURRENT_LIST_DIR}/faults/clock.py:clock.py
  -- python3 clock.py --dualpipe ./dualpipe --slow 6 stepped)
set_tests_properties(limits_vm hostile_vm clock_vm PROPERTIES TIMEOUT 1800 RUN_SERIAL ON LABELS vm
  SKIP_RETURN_CODE 77)
