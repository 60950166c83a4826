# SPDX-License-Identifier: MIT
# The tests of amounts, JSON, reports, and of the command line.
dualpipe_criterion_test(amount_test ${CMAKE_CURRENT_LIST_DIR}/amount_test.c)
dualpipe_criterion_test(json_test ${CMAKE_CURRENT_LIST_DIR}/json_test.c)
dualpipe_criterion_test(report_test ${CMAKE_CURRENT_LIST_DIR}/report_test.c)

find_package(Python3 REQUIRED COMPONENTS Interpreter)
# CommandLine makes no box; the others need a host where one can be made.
foreach(suite CommandLine Policy Run)
  add_test(NAME cli_${suite} COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/cli_test.py
                                     $<TARGET_FILE:dualpipe> ${suite})
  set_tests_properties(cli_${suite} PROPERTIES TIMEOUT 300)
endforeach()

# Sanitized libraries want their runtime in the program, too: a plain build is enough here.
if(NOT DUALPIPE_SANITIZE)
  add_test(NAME install COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/install_test.py
                                ${CMAKE_COMMAND} ${PROJECT_BINARY_DIR} ${CMAKE_C_COMPILER})
  # Both tests install by way of one file, the build's dualpipe.pc.
  set_tests_properties(install PROPERTIES TIMEOUT 120 RUN_SERIAL ON)
endif()

add_test(NAME doctor COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/doctor_test.py
                             $<TARGET_FILE:dualpipe>)
set_tests_properties(doctor PROPERTIES TIMEOUT 120 SKIP_RETURN_CODE 77)

# One fault in ten; all of them: tests/faults/faults.py --dualpipe PATH. Under strace,
# leaks cannot be looked for: both would have to trace the process. Where mmap fails,
# AddressSanitizer must say so as malloc does, and not end the process.
dualpipe_sampled(one_in "faults, one fault in" 10 20)
dualpipe_sampled(one_in_pool "faults_pool, one fault in" 60 300)
add_test(NAME faults COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/faults/faults.py
                             --dualpipe $<TARGET_FILE:dualpipe> --sample ${one_in} run files cgroup)
# A pool's host makes ten times as many calls.
add_test(NAME faults_pool COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/second_uid.py
                                  ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/faults/faults.py
                                  --dualpipe $<TARGET_FILE:dualpipe> --sample ${one_in_pool}
                                  single-use fresh verified)
# A warm interpreter makes still more of them.
dualpipe_sampled(one_in_warm "faults_warm, one fault in" 150 600)
add_test(NAME faults_warm COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/faults/faults.py
                                  --dualpipe $<TARGET_FILE:dualpipe> --sample ${one_in_warm} warm)
set_tests_properties(faults faults_pool faults_warm PROPERTIES TIMEOUT 600 SKIP_RETURN_CODE 77
  ENVIRONMENT ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1)
# No settable clock is asked; stepped, it is in the label vm: clock_vm.
add_test(NAME faults_clock COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/faults/clock.py
                                   --dualpipe $<TARGET_FILE:dualpipe> asked)
set_tests_properties(faults_clock PROPERTIES TIMEOUT 600 SKIP_RETURN_CODE 77
  ENVIRONMENT ASAN_OPTIONS=detect_leaks=0)

# Hosts that are killed, and hosts that lack something; all of it: without --moments
# and --sample.
add_test(NAME faults_killed COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/second_uid.py
                                    ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/faults/killed.py
                                    --dualpipe $<TARGET_FILE:dualpipe> --moments 4)
set_tests_properties(faults_killed PROPERTIES TIMEOUT 600 RUN_SERIAL ON)
# Sanitizers bring allocation functions of their own, and take more than is scarce here.
if(NOT DUALPIPE_SANITIZE)
  pkg_check_modules(jansson REQUIRED IMPORTED_TARGET jansson)
  add_executable(dualpipe_faulty ${CMAKE_CURRENT_LIST_DIR}/faults/allocation.c
                                 $<TARGET_OBJECTS:dualpipe>)
  target_link_libraries(dualpipe_faulty PRIVATE dualpipe_build_flags dualpipe::static
    PkgConfig::jansson)
  add_test(NAME faults_scarce COMMAND Python3::Interpreter
    ${CMAKE_CURRENT_LIST_DIR}/faults/scarce.py --dualpipe $<TARGET_FILE:dualpipe>
    --faulty $<TARGET_FILE:dualpipe_faulty> --say ${DUALPIPE_TEST_PROGRAMS}/say --sample 7)
  set_tests_properties(faults_scarce PROPERTIES TIMEOUT 600 RUN_SERIAL ON)
endif()

# Batches, as root and as nobody where root runs them; Many has 5,000 jobs, twice.
foreach(suite Lines Jobs Compile Results Flow Resume Signals Many)
  add_test(NAME batch_${suite} COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/batch_test.py
                                       $<TARGET_FILE:dualpipe> ${suite})
  set_tests_properties(batch_${suite} PROPERTIES TIMEOUT 300)
endforeach()
dualpipe_sampled(jobs "batch_Many, jobs" 5000 500)
set_tests_properties(batch_Many PROPERTIES ENVIRONMENT DUALPIPE_TEST_JOBS=${jobs})

# Boxes that are used again, for nobody with a subordinate uid.
add_test(NAME second_uid COMMAND Python3::Interpreter
  ${CMAKE_CURRENT_LIST_DIR}/second_uid_test.py $<TARGET_FILE:dualpipe>)
set_tests_properties(second_uid PROPERTIES TIMEOUT 600 SKIP_RETURN_CODE 77)

# Warm interpreters, likewise. Without Debian's python3 they are skipped, which is told.
foreach(suite Same Fresh Own Hostile Wrong)
  add_test(NAME warm_${suite} COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/warm_test.py
                                      $<TARGET_FILE:dualpipe> ${suite})
  set_tests_properties(warm_${suite} PROPERTIES TIMEOUT 300)
endforeach()

include(${CMAKE_CURRENT_LIST_DIR}/limits_tests.cmake)
