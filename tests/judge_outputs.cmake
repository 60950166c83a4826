# SPDX-License-Identifier: MIT
# How a judgement is shown: a made-up one, written out and looked at.
add_executable(judge_outputs ${CMAKE_CURRENT_LIST_DIR}/judge_outputs.c)
target_include_directories(judge_outputs PRIVATE ${PROJECT_SOURCE_DIR}/runner/judge
  ${PROJECT_SOURCE_DIR}/lib/include)
target_link_libraries(judge_outputs PRIVATE dualpipe_build_flags dualpipe_reports dualpipe_static
  PkgConfig::libseccomp PkgConfig::libcap Threads::Threads)
add_test(NAME judge_outputs COMMAND Python3::Interpreter
  ${CMAKE_CURRENT_LIST_DIR}/judge_outputs_test.py $<TARGET_FILE:judge_outputs> Text)
set_tests_properties(judge_outputs PROPERTIES TIMEOUT 60)
add_test(NAME judge_outputs_browser COMMAND Python3::Interpreter
  ${CMAKE_CURRENT_LIST_DIR}/judge_outputs_test.py $<TARGET_FILE:judge_outputs> Browser)
set_tests_properties(judge_outputs_browser PROPERTIES TIMEOUT 180 SKIP_RETURN_CODE 77)
