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

add_test(NAME doctor COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/doctor_test.py
                             $<TARGET_FILE:dualpipe>)
set_tests_properties(doctor PROPERTIES TIMEOUT 120 SKIP_RETURN_CODE 77)

# One fault in ten; all of them: tests/faults/faults.py --dualpipe PATH.
add_test(NAME faults COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/faults/faults.py
                             --dualpipe $<TARGET_FILE:dualpipe> --sample 10)
set_tests_properties(faults PROPERTIES TIMEOUT 600 SKIP_RETURN_CODE 77)

# Batches, as root and as nobody where root runs them; Many has 5,000 jobs, twice.
foreach(suite Lines Jobs Compile Results Flow Resume Signals Many)
  add_test(NAME batch_${suite} COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/batch_test.py
                                       $<TARGET_FILE:dualpipe> ${suite})
  set_tests_properties(batch_${suite} PROPERTIES TIMEOUT 300)
endforeach()

include(${CMAKE_CURRENT_LIST_DIR}/limits_tests.cmake)
