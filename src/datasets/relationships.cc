#include "datasets/relationships.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <string>

#include "base/json.h"

namespace tabletalk::datasets {
namespace {

using wire::ColumnSchema;
using wire::ColumnType;
using wire::TableSchema;

// "Bike ID", "bike_id" and "bikeId" are one name.
std::string Folded(std::string_view name) {
  std::string folded;
  for (unsigned char c : name)
    if (std::isalnum(c) || c >= 0x80) folded.push_back(static_cast<char>(std::tolower(c)));
  return folded;
}

bool CanBeKey(const ColumnSchema& column, const TableSchema& table) {
  if (column.type != ColumnType::text && column.type != ColumnType::integer) return false;
  return table.rows > 0 && column.profile.distinct == table.rows - column.profile.nulls &&
         column.profile.nulls * 20 <= table.rows;
}

// The share of the referencing side's known values that the key has; negative where the profiles do
// not tell.
double Containment(const ColumnSchema& key, const ColumnSchema& reference) {
  if (!key.profile.top_values_complete || reference.profile.top_values.empty()) return -1;
  std::set<std::string> known;
  for (const auto& entry : key.profile.top_values)
    known.insert(base::ToJsonText(base::ToJson(entry.value)));
  std::size_t found = 0;
  for (const auto& entry : reference.profile.top_values)
    found += known.count(base::ToJsonText(base::ToJson(entry.value)));
  return static_cast<double>(found) / static_cast<double>(reference.profile.top_values.size());
}

bool LooksLikeKeyName(std::string_view folded) {
  for (std::string_view ending : {"id", "code", "key", "no", "number", "sku", "iata", "uuid"})
    if (folded.ends_with(ending)) return true;
  return false;
}

// True unless the referencing side has numbers that the key cannot have. For profiles that do not
// list their values.
bool WithinRange(const ColumnSchema& key, const ColumnSchema& reference) {
  const auto low = key.profile.min.AsNumber(), high = key.profile.max.AsNumber();
  const auto from = reference.profile.min.AsNumber(), to = reference.profile.max.AsNumber();
  return !low || !high || !from || !to || (*low <= *from && *to <= *high);
}

// "id", "no", "#": two files that number their rows have nothing in common by that.
bool IsRowNumberName(std::string_view folded) {
  for (std::string_view name :
       {"id",  "no",    "nr",        "num",      "number",   "index",   "idx",
        "row", "rowid", "rownumber", "rowno",    "sno",      "serial",  "serialno",
        "key", "",      "lfdnr",     "unnamed0", "recordid", "column1", "pos"})
    if (folded == name) return true;
  return false;
}
bool NumbersRows(const ColumnSchema& column, const TableSchema& table) {
  const auto low = column.profile.min.AsNumber(), high = column.profile.max.AsNumber();
  return column.type == ColumnType::integer && low && high && *low <= 1 && *low >= 0 &&
         *high - *low + 1 == static_cast<double>(table.rows) &&
         column.profile.distinct == table.rows;
}

// "owner_id" refers to "id" of the table "owners".
bool NamesTable(std::string_view reference, std::string_view key, std::string_view table) {
  std::string one = Folded(table);
  if (key != "id" && key != "code" && key != "key") return false;
  if (reference == one + std::string(key)) return true;
  if (one.ends_with("ies"))
    one = one.substr(0, one.size() - 3) + "y";
  else if (one.ends_with('s'))
    one.pop_back();
  return reference == one + std::string(key);
}

// 0: no relationship. Names weigh most; containment decides between equals and alone carries a text
// key with enough values that chance is no explanation.
int Score(const ColumnSchema& key, const TableSchema& one, const ColumnSchema& reference,
          const TableSchema& many) {
  if (key.type != reference.type) return 0;
  const std::string a = Folded(key.name);
  const std::string b = Folded(reference.name);
  const double containment = Containment(key, reference);
  if (containment >= 0 && containment < 0.5) return 0;
  if (containment < 0 && !WithinRange(key, reference)) return 0;
  if (IsRowNumberName(a) && IsRowNumberName(b) && NumbersRows(key, one) &&
      NumbersRows(reference, many))
    return 0;
  int score = 0;
  if (NamesTable(b, a, one.name) && (containment < 0 || containment >= 0.9)) score = 9;
  if (!a.empty() && a == b) score = LooksLikeKeyName(a) ? 10 : 6;
  if (containment >= 0.95 && key.type == ColumnType::text &&
      reference.profile.top_values.size() >= 4)
    score += 5;
  return score;
}

}  // namespace

std::vector<wire::Relationship> InferRelationships(const wire::DatasetSchema& dataset) {
  std::vector<wire::Relationship> found;
  const auto& tables = dataset.tables;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    for (std::size_t j = i + 1; j < tables.size(); ++j) {
      int best = 0;
      bool tied = false;
      wire::Relationship relationship;
      const auto consider = [&](const TableSchema& one, const TableSchema& many) {
        for (const ColumnSchema& key : one.columns) {
          if (!CanBeKey(key, one)) continue;
          for (const ColumnSchema& reference : many.columns) {
            const int score = Score(key, one, reference, many);
            if (score == 0 || score < best) continue;
            const bool both = CanBeKey(reference, many);
            // Two keys match from either side; that is one relationship, not a tie.
            if (score == best && both && relationship.to == one.name + "." + key.name) continue;
            tied = score == best;
            best = score;
            relationship = {
                one.name + "." + key.name, many.name + "." + reference.name,
                both ? wire::RelationshipKind::one_to_one : wire::RelationshipKind::one_to_many};
          }
        }
      };
      consider(tables[i], tables[j]);
      consider(tables[j], tables[i]);
      if (best >= 5 && !tied) found.push_back(relationship);
    }
  }
  return found;
}

}  // namespace tabletalk::datasets
