# SPDX-License-Identifier: MIT
# The policies: the language, the filters, their proof, and the live kernel.
dualpipe_criterion_test(policy_parse_test policy_parse_test.c)
dualpipe_criterion_test(policy_filter_test policy_filter_test.c)
dualpipe_criterion_test(policy_prove_test policy_prove_test.c)
target_compile_definitions(policy_prove_test PRIVATE
  POLICY_SOURCES="${CMAKE_SOURCE_DIR}/policy")
dualpipe_criterion_test(policy_live_test policy_live_test.c)
dualpipe_criterion_test(policy_describe_test policy_describe_test.c)
dualpipe_criterion_test(policy_write_test policy_write_test.c)
dualpipe_criterion_test(policy_strict_test policy_strict_test.c)

# The languages of a judge and their runtimes, those that are installed.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_test(NAME runtimes COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/runtimes_test.py
                               --dualpipe $<TARGET_FILE:dualpipe>)
set_tests_properties(runtimes PROPERTIES TIMEOUT 900 PROCESSORS 2)

# Sizes of directories, and refusals in words, as root and as nobody.
add_test(NAME policy_e2e COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/policy_e2e.py
                                 $<TARGET_FILE:dualpipe>)
set_tests_properties(policy_e2e PROPERTIES TIMEOUT 180)

# Random policies against the model, the interpreter and the kernel; more on
# demand: policy_fuzz --seconds N --seed N.
add_executable(policy_fuzz ${CMAKE_CURRENT_LIST_DIR}/policy_fuzz.c)
foreach(directory policy lib)
  target_compile_options(policy_fuzz PRIVATE "SHELL:-idirafter ${CMAKE_SOURCE_DIR}/${directory}")
endforeach()
target_link_libraries(policy_fuzz PRIVATE dualpipe_build_flags dualpipe_static
  PkgConfig::libseccomp PkgConfig::libcap Threads::Threads)
add_test(NAME policy_fuzz COMMAND policy_fuzz --policies ${DUALPIPE_TEST_POLICIES})
set_tests_properties(policy_fuzz PROPERTIES TIMEOUT 300)

# What a filter costs; run by hand.
add_executable(filter_bench ${CMAKE_CURRENT_LIST_DIR}/bench/filter_bench.c)
foreach(directory policy lib)
  target_compile_options(filter_bench PRIVATE "SHELL:-idirafter ${CMAKE_SOURCE_DIR}/${directory}")
endforeach()
target_link_libraries(filter_bench PRIVATE dualpipe_build_flags dualpipe_static
  PkgConfig::libseccomp PkgConfig::libcap Threads::Threads)

if(DUALPIPE_FUZZ)
  add_subdirectory(${CMAKE_CURRENT_LIST_DIR}/fuzz)
endif()
