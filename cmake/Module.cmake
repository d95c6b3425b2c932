# One module: a folder, a library, a namespace, its tests beside the code.
#
#   tabletalk_module(plan
#     SOURCES check.cc compile.cc
#     TESTS check_test.cc            # become the program plan_test
#     USES base wire                 # other modules, held against cmake/floor_plan.json
#     LIBRARIES fmt::fmt             # third-party libraries this module alone needs
#     TEST_LIBRARIES tabletalk_runner
#     SLOW_TESTS Suite.* *Name*      # test filters: a test of their own, not part of `make quick`
#     LEFT_OUT_TESTS *Name*)         # test filters: what this preset cannot run
file(READ ${CMAKE_CURRENT_LIST_DIR}/floor_plan.json TABLETALK_FLOOR_PLAN)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
             ${CMAKE_CURRENT_LIST_DIR}/floor_plan.json)

# A test program as several tests, so that the processors share them: NAME_2, NAME_3, ... are what
# the filters choose, and NAME is all the rest.
function(tabletalk_split_test name program)
  list(JOIN ARGN ":" chosen)
  add_test(NAME ${name} COMMAND ${program} --gtest_brief=1 --gtest_filter=-${chosen})
  set(number 1)
  foreach(filter IN LISTS ARGN)
    math(EXPR number "${number} + 1")
    add_test(NAME ${name}_${number} COMMAND ${program} --gtest_brief=1 --gtest_filter=${filter})
  endforeach()
endfunction()

# Every module's tests, and nothing else.
add_custom_target(module_tests)

function(tabletalk_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;TESTS;USES;LIBRARIES;TEST_LIBRARIES;SLOW_TESTS;LEFT_OUT_TESTS" ${ARGN})
  string(JSON count ERROR_VARIABLE missing LENGTH "${TABLETALK_FLOOR_PLAN}" ${name} may_use)
  if(missing)
    message(FATAL_ERROR "module ${name} is not on the floor plan (cmake/floor_plan.json)")
  endif()
  set(allowed "")
  if(count GREATER 0)
    math(EXPR last "${count} - 1")
    foreach(i RANGE ${last})
      string(JSON one GET "${TABLETALK_FLOOR_PLAN}" ${name} may_use ${i})
      list(APPEND allowed ${one})
    endforeach()
  endif()

  add_library(tabletalk_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(tabletalk_${name} PUBLIC tabletalk_compile_options)
  target_link_libraries(tabletalk_${name} PRIVATE ${ARG_LIBRARIES})
  foreach(used IN LISTS ARG_USES)
    if(NOT used IN_LIST allowed)
      message(FATAL_ERROR "the floor plan does not let ${name} use ${used}")
    endif()
    string(REPLACE "/" "_" target ${used})
    target_link_libraries(tabletalk_${name} PUBLIC tabletalk_${target})
  endforeach()

  if(ARG_TESTS)
    add_executable(${name}_test ${ARG_TESTS})
    target_link_libraries(${name}_test PRIVATE tabletalk_${name} ${ARG_LIBRARIES}
                          ${ARG_TEST_LIBRARIES} GTest::gmock GTest::gtest_main)
    target_compile_definitions(${name}_test PRIVATE
      TABLETALK_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
      TABLETALK_BINARY_DIR="${TABLETALK_CONFINED_FROM}")
    list(JOIN ARG_LEFT_OUT_TESTS ":" left_out)
    list(JOIN ARG_SLOW_TESTS ":" slow)
    if(slow)
      add_test(NAME ${name}_slow
               COMMAND ${name}_test --gtest_brief=1 --gtest_filter=${slow}-${left_out})
      set_tests_properties(${name}_slow PROPERTIES LABELS module)
    endif()
    add_test(NAME ${name}
             COMMAND ${name}_test --gtest_brief=1 --gtest_filter=-${slow}:${left_out})
    set_tests_properties(${name} PROPERTIES LABELS "module;quick")
    add_dependencies(module_tests ${name}_test)
  endif()
endfunction()
