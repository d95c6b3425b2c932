# Holds every #include between modules against cmake/floor_plan.json:  cmake -P tools/lint_floor_plan.cmake
cmake_minimum_required(VERSION 3.25)
get_filename_component(root ${CMAKE_CURRENT_LIST_DIR} DIRECTORY)
file(READ ${root}/cmake/floor_plan.json plan)
set(problems 0)

string(JSON count LENGTH "${plan}")
math(EXPR last "${count} - 1")
set(modules "")
foreach(i RANGE ${last})
  string(JSON module MEMBER "${plan}" ${i})
  list(APPEND modules ${module})
endforeach()

# Headers that are locked inside one place: the folder that may include what matches.
set(locked
  "duckdb\\.h|src/runner/"
  "Python\\.h|src/python/"
  "boost/beast|src/http/"
  "seccomp\\.h|src/confine/"
  "spdlog/|src/base/"
  "openssl/|src/base/"
  "curl/|src/net/"
  "tree_sitter/|src/runner/")

foreach(module IN LISTS modules)
  string(JSON level GET "${plan}" ${module} level)
  set(allowed ${module})
  string(JSON uses LENGTH "${plan}" ${module} may_use)
  if(uses GREATER 0)
    math(EXPR last_use "${uses} - 1")
    foreach(i RANGE ${last_use})
      string(JSON used GET "${plan}" ${module} may_use ${i})
      string(JSON used_level GET "${plan}" ${used} level)
      if(NOT used_level LESS level)
        message(SEND_ERROR "floor plan: ${module} (level ${level}) may not use ${used} (level ${used_level})")
      endif()
      list(APPEND allowed ${used})
    endforeach()
  endif()
  file(GLOB_RECURSE files ${root}/src/${module}/*.h ${root}/src/${module}/*.cc)
  foreach(file IN LISTS files)
    file(STRINGS ${file} includes REGEX "^#include ")
    file(RELATIVE_PATH shown ${root} ${file})
    foreach(line IN LISTS includes)
      if(line MATCHES "^#include \"([a-z_]+)/")
        set(target ${CMAKE_MATCH_1})
        if(target IN_LIST modules AND NOT target IN_LIST allowed)
          message(SEND_ERROR "${shown}: ${module} may not include ${target}")
          math(EXPR problems "${problems} + 1")
        endif()
      endif()
      foreach(rule IN LISTS locked)
        string(REPLACE "|" ";" rule "${rule}")
        list(GET rule 0 pattern)
        list(GET rule 1 home)
        # Tests may look at the engine itself.
        if(line MATCHES "<${pattern}" AND NOT shown MATCHES "^${home}" AND NOT shown MATCHES "_test\\.cc$|/testing/")
          message(SEND_ERROR "${shown}: ${line} belongs inside ${home}")
          math(EXPR problems "${problems} + 1")
        endif()
      endforeach()
    endforeach()
  endforeach()
endforeach()
message(STATUS "floor plan: ${count} modules, ${problems} includes off plan")
