# What is installed, and the two packages made of it: a tarball that can be unpacked anywhere, and a
# .deb. Both carry the libraries that a bare system of the same release lacks, and need no network.
include(GNUInstallDirs)
set(private_libraries ${CMAKE_INSTALL_LIBDIR}/tabletalk)

set(programs tabletalk tabletalk-runner)
if(TARGET tabletalk-python)
  list(APPEND programs tabletalk-python)
  # Its libpython has no run path of its own, and only the older RPATH serves a library's libraries.
  target_link_options(tabletalk-python PRIVATE LINKER:--disable-new-dtags)
endif()
set_target_properties(${programs} PROPERTIES
  INSTALL_RPATH "\$ORIGIN/../${private_libraries}")
install(TARGETS ${programs}
        RUNTIME_DEPENDENCY_SET programs
        RUNTIME DESTINATION bin COMPONENT tabletalk)
install(RUNTIME_DEPENDENCY_SET programs
        PRE_EXCLUDE_REGEXES "^ld-linux" "^libc\\.so" "^libm\\.so" "^libgcc_s" "^libstdc\\+\\+" "^libpthread" "^libdl" "^librt"
        POST_EXCLUDE_REGEXES "/libc\\.so" "/ld-linux"
        DIRECTORIES ${PROJECT_BINARY_DIR}/lib
        LIBRARY DESTINATION ${private_libraries} COMPONENT tabletalk)
include(PackagePython)
install(DIRECTORY ${PROJECT_BINARY_DIR}/share/datasets
        DESTINATION share/tabletalk COMPONENT tabletalk)
install(FILES README.md SECURITY.md CHANGELOG.md LICENSE
        DESTINATION share/doc/tabletalk COMPONENT tabletalk)
install(DIRECTORY docs/ DESTINATION share/doc/tabletalk/docs COMPONENT tabletalk)

set(CPACK_GENERATOR TGZ DEB)
set(CPACK_PACKAGE_NAME tabletalk)
set(CPACK_PACKAGE_VENDOR "The Tabletalk authors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Ask questions of your own tables, and get answers that you can check")
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_CMAKE_PROJECTS "${PROJECT_BINARY_DIR};tabletalk;tabletalk;/")
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "The Tabletalk authors <tabletalk@localhost>")
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libc6, libstdc++6")
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
include(CPack)
