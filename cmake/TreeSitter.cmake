# tree-sitter's runtime, as the distribution has it, and the TSX grammar that
# third_party/tree_sitter/package-lock.json pins by hash, as one C library: tree_sitter_tsx. Linked
# statically, so that the runner loads nothing more than it did.
set(tsx_source ${PROJECT_SOURCE_DIR}/third_party/tree_sitter/node_modules/tree-sitter-typescript/tsx/src)
find_library(TABLETALK_TREE_SITTER_LIBRARY NAMES libtree-sitter.a tree-sitter)
find_path(TABLETALK_TREE_SITTER_INCLUDE tree_sitter/api.h)
if(NOT TABLETALK_TREE_SITTER_LIBRARY OR NOT TABLETALK_TREE_SITTER_INCLUDE
   OR NOT EXISTS ${tsx_source}/parser.c)
  message(FATAL_ERROR "tree-sitter or its TSX grammar is missing: run tools/setup")
endif()

add_library(tree_sitter_tsx STATIC ${tsx_source}/parser.c ${tsx_source}/scanner.c)
# The grammar's own copy of parser.h, of the release that generated it.
target_include_directories(tree_sitter_tsx PRIVATE ${tsx_source})
target_include_directories(tree_sitter_tsx SYSTEM INTERFACE ${TABLETALK_TREE_SITTER_INCLUDE})
target_compile_options(tree_sitter_tsx PRIVATE -w)
target_link_libraries(tree_sitter_tsx INTERFACE ${TABLETALK_TREE_SITTER_LIBRARY})
