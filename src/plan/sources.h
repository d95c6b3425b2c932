// The tables of a plan: which there are, how they are joined, what a column's name means, and
// whether a join repeats a table's rows.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "plan/bound.h"
#include "plan/report.h"
#include "wire/schema.h"

namespace tabletalk::plan {

/// Fills `sources` and `joins` of a bound plan, and answers for them. Refers to all it is made
/// with.
class Sources {
 public:
  Sources(const wire::DatasetSchema& dataset, BoundPlan& plan, Report& report)
      : dataset_(dataset), plan_(plan), report_(report) {}

  void AddTable(const std::string& name, const std::string& path);
  void AddNested(std::shared_ptr<BoundPlan> nested, const std::string& alias);
  /// A join to `nested`, where the join's plan has been bound, else to a table.
  void AddJoin(const wire::Join& join, const std::string& path,
               std::shared_ptr<BoundPlan> nested = nullptr);

  /// The column a name means, with an issue where there is none or more than one.
  std::optional<ColumnRef> Resolve(std::string_view name, const std::string& path);
  /// The same, where a source from `first` on comes before those in front of it.
  std::optional<ColumnRef> ResolveFrom(std::size_t first, std::string_view name,
                                       const std::string& path);
  /// The same without complaint: none where it does not exist.
  std::optional<ColumnRef> Find(std::string_view name) const;
  const BoundSource& Of(ColumnRef ref) const { return plan_.sources[ref.source]; }
  const SourceColumn& At(ColumnRef ref) const {
    return plan_.sources[ref.source].columns[ref.column];
  }
  /// "orders.amount" where there are several tables, else "amount".
  std::string NameOf(ColumnRef ref) const;

  /// True where the joins may give one row of `source` several times.
  bool Repeats(std::size_t source) const;
  /// True where the joins may add rows in which all of `source` is null.
  bool Optional(std::size_t source) const;
  /// False after an unknown table; then missing columns are not held against the author.
  bool complete() const { return complete_; }

 private:
  struct Edge {
    ColumnRef from_column;  ///< Names within the dataset: table index and column index.
    ColumnRef to_column;
  };
  std::vector<ColumnRef> Candidates(std::string_view name, std::size_t first,
                                    std::size_t last) const;
  bool SameByJoin(const std::vector<ColumnRef>& candidates) const;
  const wire::TableSchema* FindTable(const std::string& name, const std::string& path);
  std::optional<std::size_t> SourceOf(std::string_view table) const;
  std::size_t Add(const wire::TableSchema& table);
  void JoinOn(const wire::Join& join, const std::string& path);
  void JoinByRelationship(const wire::Join& join, const std::string& table,
                          const std::string& path);
  std::vector<Edge> Edges() const;
  void Connect(const Edge& edge, wire::JoinKind kind);
  void SayWhatIsLeftOut(const BoundJoin& join);

  const wire::DatasetSchema& dataset_;
  BoundPlan& plan_;
  Report& report_;
  bool complete_ = true;
  std::set<std::size_t> implied_;  ///< Sources that a path through relationships brought in.
};

}  // namespace tabletalk::plan
