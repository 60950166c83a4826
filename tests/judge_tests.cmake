# SPDX-License-Identifier: MIT
# `dualpipe judge` from outside: our own packages, and whatever is broken.
set(DUALPIPE_JUDGE_PACKAGES bags bestrun coin dictionary fence guess primepair relay stairs twice)

# dualpipe_judge_test(NAME SECONDS SCRIPT SUITE)
function(dualpipe_judge_test name seconds script suite)
  add_test(NAME ${name} COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/${script}
                                $<TARGET_FILE:dualpipe> ${suite})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${seconds} PROCESSORS 2)
endfunction()

foreach(package ${DUALPIPE_JUDGE_PACKAGES})
  dualpipe_judge_test(judge_verify_${package} 170 judge_verify_test.py Package.test_${package})
endforeach()
dualpipe_judge_test(judge_verify_verdicts 170 judge_verify_test.py Verdict)
dualpipe_judge_test(judge_verify_disagreement 120 judge_verify_test.py Disagreement)
foreach(suite Folder Options Grade Interact)
  string(TOLOWER ${suite} name)
  dualpipe_judge_test(judge_use_${name} 120 judge_use_test.py ${suite})
endforeach()
dualpipe_judge_test(judge_transcript 120 judge_verify_test.py Transcript)
foreach(suite Legacy Static Answers Data)
  string(TOLOWER ${suite} name)
  dualpipe_judge_test(judge_package_${name} 300 judge_package_test.py ${suite})
endforeach()
foreach(suite Program Language Expected)
  string(TOLOWER ${suite} name)
  dualpipe_judge_test(judge_foreign_${name} 300 judge_foreign_test.py ${suite})
endforeach()
dualpipe_judge_test(judge_broken_packages 300 judge_bad_input_test.py Broken)
dualpipe_judge_test(judge_broken_archives 300 judge_bad_input_test.py Archive)
dualpipe_judge_test(judge_broken_validators 300 judge_bad_input_test.py Validator)
dualpipe_judge_test(judge_bad_submissions 300 judge_bad_submission_test.py Submission)
dualpipe_judge_test(judge_compile_leavings 300 judge_bad_submission_test.py Leaving)

# The parts that decide without a box.
function(dualpipe_judge_table name)
  dualpipe_criterion_test(${name} ${ARGN})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/runner/judge)
  target_link_libraries(${name} PRIVATE dualpipe_judging)
endfunction()
dualpipe_judge_table(default_validator_test ${CMAKE_CURRENT_LIST_DIR}/default_validator_test.c)
dualpipe_judge_table(judge_yaml_test ${CMAKE_CURRENT_LIST_DIR}/judge_yaml_test.c)
dualpipe_judge_table(judge_glob_test ${CMAKE_CURRENT_LIST_DIR}/judge_glob_test.c)
dualpipe_judge_table(judge_settings_test ${CMAKE_CURRENT_LIST_DIR}/judge_settings_test.c
  ${CMAKE_CURRENT_LIST_DIR}/judge_package.c)
dualpipe_judge_table(judge_scoring_test ${CMAKE_CURRENT_LIST_DIR}/judge_scoring_test.c
  ${CMAKE_CURRENT_LIST_DIR}/judge_package.c ${PROJECT_SOURCE_DIR}/runner/judge/judgement.c)
target_link_libraries(judge_scoring_test PRIVATE dualpipe_reports)
