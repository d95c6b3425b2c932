// TSX as tree-sitter's grammar sees it.
#pragma once

#include <tree_sitter/api.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace tabletalk::runner {

/// A place in a tree, cheap to copy. The tree and its text must outlive it. A null node has no
/// kind, no text and no children, so that a chain of questions needs no check at every step.
class TsxNode {
 public:
  TsxNode() = default;
  TsxNode(TSNode node, std::string_view source) : node_(node), source_(source) {}

  bool null() const { return node_.tree == nullptr || ts_node_is_null(node_); }
  std::string_view kind() const { return null() ? "" : ts_node_type(node_); }
  bool Is(std::string_view kind_name) const { return kind() == kind_name; }
  bool named() const { return !null() && ts_node_is_named(node_); }
  bool missing() const { return !null() && ts_node_is_missing(node_); }
  bool has_error() const { return !null() && ts_node_has_error(node_); }
  std::string_view text() const;
  TsxNode Field(std::string_view name) const;
  std::vector<TsxNode> Children() const;       ///< Tokens too.
  std::vector<TsxNode> NamedChildren() const;  ///< Without comments.
  bool HasToken(std::string_view token) const;
  std::int64_t line() const;    ///< From 1.
  std::int64_t column() const;  ///< From 1, in code points.
  bool operator==(const TsxNode& other) const { return ts_node_eq(node_, other.node_); }

 private:
  TSNode node_{};
  std::string_view source_;
};

class TsxTree {
 public:
  /// None where parsing took too long. `source` must outlive the tree and be valid UTF-8.
  static std::optional<TsxTree> Parse(std::string_view source);
  TsxNode root() const { return {ts_tree_root_node(tree_.get()), source_}; }

 private:
  TsxTree(TSTree* tree, std::string_view source) : tree_(tree, &ts_tree_delete), source_(source) {}

  std::unique_ptr<TSTree, void (*)(TSTree*)> tree_;
  std::string_view source_;
};

/// True for a kind of node that the policy knows; tests hold the list against the grammar.
bool IsKnownSyntax(std::string_view kind);
/// The list, sorted.
const std::vector<std::string_view>& KnownSyntax();
/// True where the grammar has such a kind of node.
bool GrammarHas(std::string_view kind);

}  // namespace tabletalk::runner
