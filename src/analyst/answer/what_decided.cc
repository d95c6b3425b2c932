#include "analyst/answer/what_decided.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/codec.h"
#include "plan/compile.h"

namespace tabletalk::analyst {
namespace {

bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

/// Whether a name stands in code as a whole word, in any case.
bool Uses(std::string_view code, std::string_view name) {
  if (name.empty()) return false;
  for (std::size_t at = 0; (at = code.find(name, at)) != std::string_view::npos; ++at) {
    const std::size_t end = at + name.size();
    if ((at == 0 || !IsWordByte(code[at - 1])) && (end == code.size() || !IsWordByte(code[end])))
      return true;
  }
  return false;
}

/// Of the notes about all of a table, those that any number of it rests on.
bool DecidesRows(wire::NoteKind kind) {
  switch (kind) {
    case wire::NoteKind::rows:
    case wire::NoteKind::cells:
    case wire::NoteKind::guess: return true;
    case wire::NoteKind::layout:
    case wire::NoteKind::zone:
    case wire::NoteKind::unit:
    case wire::NoteKind::kept_as_text:
    case wire::NoteKind::values:
    case wire::NoteKind::other: return false;
  }
  return false;
}

/// Whether the code may read a table: it names it, or there is no other.
bool MayRead(const std::string& code, const wire::TableSchema& table, const wire::Run& run,
             const wire::DatasetSchema& dataset) {
  return dataset.tables.size() == 1 || Uses(code, Lower(table.name)) ||
         (run.kind == wire::RunKind::python && &table == &dataset.tables.front());
}

}  // namespace

std::vector<std::string> WhatDecided(const wire::Run& run, const wire::DatasetSchema& dataset) {
  std::vector<std::string> decided;
  std::string code = run.sql + "\n" + run.python;
  if (run.plan) {
    plan::Limits limits;
    if (run.sql.find("\nLIMIT ") == std::string::npos) limits.default_limit = 0;  // As it ran.
    if (auto compiled = plan::Compile(*run.plan, dataset, plan::Duckdb(), limits);
        compiled.has_value())
      decided = std::move(compiled->assumptions);
    code += "\n" + base::ToJsonText(base::ToJson(*run.plan));
  } else {
    for (const wire::Issue& note : run.notes) decided.push_back(note.message);
  }
  code = Lower(code);
  for (const wire::TableSchema& table : dataset.tables) {
    if (!MayRead(code, table, run, dataset)) continue;
    for (const wire::ReadingNote& note : table.notes)
      if (note.column.empty() ? DecidesRows(note.kind) : Uses(code, Lower(note.column)))
        decided.push_back(note.text);
  }
  return decided;
}

}  // namespace tabletalk::analyst
