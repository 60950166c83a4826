# What goes onto a system: both libraries, the header, and what finds them.
include(CMakePackageConfigHelpers)

install(TARGETS dualpipe_shared dualpipe_static EXPORT dualpipe_targets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES include/dualpipe.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

install(EXPORT dualpipe_targets NAMESPACE dualpipe:: FILE dualpipe-targets.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/dualpipe)
configure_package_config_file(dualpipe-config.cmake.in dualpipe-config.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/dualpipe)
write_basic_package_version_file(dualpipe-config-version.cmake COMPATIBILITY SameMajorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/dualpipe-config.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/dualpipe-config-version.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/dualpipe)

# Written when it is installed: only then the prefix is known (cmake --install DIR --prefix ELSEWHERE).
foreach(dir LIBDIR INCLUDEDIR)
  set(installed_${dir} "${CMAKE_INSTALL_${dir}}")
  if(NOT IS_ABSOLUTE "${CMAKE_INSTALL_${dir}}")
    set(installed_${dir} "\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_${dir}}")
  endif()
endforeach()
install(CODE "
  set(PROJECT_VERSION [[${PROJECT_VERSION}]])
  set(PROJECT_DESCRIPTION [[${PROJECT_DESCRIPTION}]])
  set(CMAKE_INSTALL_FULL_LIBDIR \"${installed_LIBDIR}\")
  set(CMAKE_INSTALL_FULL_INCLUDEDIR \"${installed_INCLUDEDIR}\")
  configure_file([[${CMAKE_CURRENT_SOURCE_DIR}/dualpipe.pc.in]]
    [[${CMAKE_CURRENT_BINARY_DIR}/dualpipe.pc]] @ONLY)")
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/dualpipe.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
