# The Python of the sandbox in a package: the packages of third_party/python, the standard library of
# the libpython that tabletalk-python links, and the system libraries that both load at run time.
# src/sandbox/workers/python_home.cc finds them here, before those of the distribution.
set(packaged_python lib/tabletalk)
pkg_get_variable(python_prefix python3-embed prefix)
set(standard_library ${python_prefix}/lib/python${python_VERSION})

install(DIRECTORY ${PROJECT_SOURCE_DIR}/build/sandbox-python/
        DESTINATION ${packaged_python}/python COMPONENT tabletalk)
# Without what needs a screen, a terminal, a compiler or a network to be of use.
install(DIRECTORY ${standard_library}
        DESTINATION ${packaged_python} COMPONENT tabletalk
        REGEX "/python[0-9.]+/(test|idlelib|tkinter|turtledemo|lib2to3|ensurepip|distutils|venv|pydoc_data|dist-packages|config-[^/]*)$" EXCLUDE
        REGEX "/lib-dynload/(_crypt|_curses|_curses_panel|_dbm|_gdbm|_tkinter|nis|readline|_test[a-z]*|_ctypes_test|_xxtestfuzz|xxlimited[_0-9]*)[.][^/]*$" EXCLUDE
        PATTERN sitecustomize.py EXCLUDE)
# RUNTIME_DEPENDENCY_SET knows targets only; these modules are not ours.
install(CODE "
  file(GLOB_RECURSE modules
       \"\${CMAKE_INSTALL_PREFIX}/${packaged_python}/python${python_VERSION}/lib-dynload/*.so\")
  if(DEFINED ENV{DESTDIR})
    file(GLOB_RECURSE modules
         \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${packaged_python}/python${python_VERSION}/lib-dynload/*.so\")
  endif()
  if(NOT modules)
    message(FATAL_ERROR \"no extension modules of Python at ${standard_library}\")
  endif()
  file(GET_RUNTIME_DEPENDENCIES MODULES \${modules} RESOLVED_DEPENDENCIES_VAR libraries
       PRE_EXCLUDE_REGEXES ^ld-linux \"^lib(c|m|gcc_s|stdc[+][+]|pthread|dl|rt)[.]\")
  file(INSTALL \${libraries} DESTINATION \"\${CMAKE_INSTALL_PREFIX}/${packaged_python}\"
       TYPE SHARED_LIBRARY FOLLOW_SYMLINK_CHAIN)
" COMPONENT tabletalk)
