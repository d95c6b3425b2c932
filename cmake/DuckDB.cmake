# DuckDB's C library: an installed one of the pinned version first, else the pair of npm packages
# that third_party/duckdb/package-lock.json pins by hash.
set(TABLETALK_DUCKDB_VERSION 1.4.4)
set(duckdb_npm ${PROJECT_SOURCE_DIR}/third_party/duckdb/node_modules)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
  set(duckdb_platform linux-arm64)
else()
  set(duckdb_platform linux-x64)
endif()

find_package(DuckDB ${TABLETALK_DUCKDB_VERSION} EXACT CONFIG QUIET)
if(DuckDB_FOUND)
  set(TABLETALK_DUCKDB_LIBRARY ${DuckDB_LIBRARIES})
  set(TABLETALK_DUCKDB_INCLUDE ${DuckDB_INCLUDE_DIRS})
else()
  find_library(TABLETALK_DUCKDB_LIBRARY duckdb NO_DEFAULT_PATH
               PATHS ${duckdb_npm}/@duckdb/node-bindings-${duckdb_platform})
  find_path(TABLETALK_DUCKDB_INCLUDE duckdb.h NO_DEFAULT_PATH
            PATHS ${duckdb_npm}/duckdb/src/duckdb/src/include)
endif()
if(NOT TABLETALK_DUCKDB_LIBRARY OR NOT TABLETALK_DUCKDB_INCLUDE)
  message(FATAL_ERROR "DuckDB ${TABLETALK_DUCKDB_VERSION} is missing: run tools/setup")
endif()

add_library(duckdb_c SHARED IMPORTED)
set_target_properties(duckdb_c PROPERTIES IMPORTED_LOCATION ${TABLETALK_DUCKDB_LIBRARY}
                                          IMPORTED_NO_SONAME ON)
target_include_directories(duckdb_c SYSTEM INTERFACE ${TABLETALK_DUCKDB_INCLUDE})
