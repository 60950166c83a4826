# SPDX-License-Identifier: MIT
# How a judgement is shown to people and to other tools: plain functions of the
# finished judgement, so that tests can have them without an engine.
add_library(
  dualpipe_reports STATIC
  ${CMAKE_CURRENT_LIST_DIR}/verdict_name.c
  ${CMAKE_CURRENT_LIST_DIR}/sheet.c
  ${CMAKE_CURRENT_LIST_DIR}/character.c
  ${CMAKE_CURRENT_LIST_DIR}/escape.c
  ${CMAKE_CURRENT_LIST_DIR}/figures.c
  ${CMAKE_CURRENT_LIST_DIR}/style.c
  ${CMAKE_CURRENT_LIST_DIR}/progress.c
  ${CMAKE_CURRENT_LIST_DIR}/report_table.c
  ${CMAKE_CURRENT_LIST_DIR}/report_csv.c
  ${CMAKE_CURRENT_LIST_DIR}/report_junit.c
  ${CMAKE_CURRENT_LIST_DIR}/page_style.c
  ${CMAKE_CURRENT_LIST_DIR}/page_details.c
  ${CMAKE_CURRENT_LIST_DIR}/page_plot.c
  ${CMAKE_CURRENT_LIST_DIR}/report_html.c
  ${CMAKE_CURRENT_LIST_DIR}/../words.c)
target_compile_features(dualpipe_reports PRIVATE c_std_17)
target_compile_options(dualpipe_reports PRIVATE -Wconversion)
target_include_directories(dualpipe_reports PRIVATE ${PROJECT_SOURCE_DIR}/lib/include)
target_link_libraries(dualpipe_reports PRIVATE dualpipe_build_flags PUBLIC m)
set_target_properties(dualpipe_reports PROPERTIES POSITION_INDEPENDENT_CODE ON)
