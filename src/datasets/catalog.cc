#include "datasets/catalog.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>

#include "base/sha256.h"
#include "base/spelling.h"
#include "base/utf8.h"
#include "datasets/columnar_cache.h"
#include "datasets/frames.h"
#include "datasets/registry.h"
#include "datasets/relationships.h"
#include "datasets/turn.h"

namespace tabletalk::datasets {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;
using base::MakeError;
using base::Result;

constexpr char kFilesId[] = "files";

// Enough of stat() to notice that a file was replaced or written to.
struct FileIdentity {
  dev_t device = 0;
  ino_t inode = 0;
  off_t size = 0;
  std::int64_t modified_ns = 0;
  std::int64_t changed_ns = 0;
  bool operator==(const FileIdentity&) const = default;
};

Result<FileIdentity> Identify(const std::string& path, const std::string& shown) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0)
    return errno == ENOENT || errno == ENOTDIR
               ? MakeError(ErrorCode::not_found, fmt::format("{}: there is no such file", shown))
               : base::SystemError(ErrorCode::invalid_argument,
                                   fmt::format("{} cannot be read", shown), errno);
  if (S_ISDIR(status.st_mode))
    return base::InvalidArgument(fmt::format("{} is a folder, not a file", shown));
  if (!S_ISREG(status.st_mode))
    return base::InvalidArgument(fmt::format("{} is not a regular file", shown));
  const auto nanoseconds = [](const timespec& t) { return t.tv_sec * 1'000'000'000 + t.tv_nsec; };
  return FileIdentity{status.st_dev, status.st_ino, status.st_size, nanoseconds(status.st_mtim),
                      nanoseconds(status.st_ctim)};
}

struct NamedFile {
  std::string table;
  std::string path;
  std::string shown;  // What messages call it.
  wire::ReadingChoices choices;
};

// The sandbox knows limits but not the settings they come from.
base::Error WhyNotRead(base::Error error, const sandbox::JobContext& context,
                       const std::string& shown) {
  if (error.code() == ErrorCode::timed_out && !context.deadline.Expired())
    error = MakeError(ErrorCode::timed_out,
                      "reading this file was stopped at its time limit; raise "
                      "INGEST_TIMEOUT_SECONDS");
  if (error.code() == ErrorCode::memory_limit)
    error = MakeError(ErrorCode::memory_limit,
                      "reading this file was stopped at its memory limit; raise INGEST_MEMORY_MB");
  return std::move(error).WithContext(shown);
}

std::string StripSuffixes(std::string name) {
  for (const char* packed : {".gz", ".zst"})
    if (name.size() > 4 && name.ends_with(packed)) name.resize(name.rfind('.'));
  const auto dot = name.rfind('.');
  if (dot != name.npos && dot > 0 && name.size() - dot <= 8) name.resize(dot);
  return name;
}

std::string FoldedName(std::string name) {
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return name;
}

std::string TableName(const std::string& path, std::set<std::string>& taken) {
  std::string name = StripSuffixes(fs::path(path).filename().string());
  if (!base::IsValidUtf8(name) || base::EscapeControls(name) != name || name.empty())
    name = "table";
  // The engine takes names that differ by case for the same.
  std::string unique = name;
  for (int n = 2; !taken.insert(FoldedName(unique)).second; ++n)
    unique = fmt::format("{}_{}", name, n);
  return unique;
}

std::string VersionOf(const std::vector<wire::TableSchema>& tables) {
  std::string text;
  for (const wire::TableSchema& table : tables) {
    text += table.name;
    text += '\0';
    text += CopyKey(table.sha256, table.choices) + "\n";
  }
  return base::Sha256Of(text);
}

wire::ReadingChoices ChoicesOf(const RegisteredTable& table) {
  wire::ReadingChoices choices;
  choices.skip_lines = table.skip_lines.value_or("");
  for (const RegisteredColumn& column : table.columns)
    if (column.type) choices.types[column.name] = *column.type;
  return choices;
}

// Those for one table: "column" and "table.column".
wire::ReadingChoices ChoicesFor(const std::string& table, const wire::ReadingChoices& all) {
  wire::ReadingChoices own;
  own.skip_lines = all.skip_lines;
  for (const auto& [name, type] : all.types) {
    if (name.starts_with(table + "."))
      own.types[name.substr(table.size() + 1)] = type;
    else
      own.types.emplace(name, type);
  }
  return own;
}

Result<void> CheckChoices(const wire::ReadingChoices& choices, const wire::DatasetSchema& schema) {
  for (const auto& [name, type] : choices.types) {
    std::vector<std::string> qualified;
    for (const wire::TableSchema& table : schema.tables)
      for (const wire::ColumnSchema& column : table.columns) {
        qualified.push_back(column.name);
        qualified.push_back(table.name + "." + column.name);
      }
    if (std::find(qualified.begin(), qualified.end(), name) != qualified.end()) continue;
    const std::vector<std::string_view> names(qualified.begin(), qualified.end());
    std::string message = fmt::format("no file has a column \"{}\", which was given a type",
                                      base::EscapeControls(base::Truncate(name, 60)));
    if (const auto nearest = base::NearestName(name, names))
      message += fmt::format("; did you mean \"{}\"?", *nearest);
    return base::InvalidArgument(std::move(message));
  }
  return {};
}

struct Slot {
  Turn opening;  ///< Guards the rest.
  std::shared_ptr<const Dataset> dataset;
  std::vector<FileIdentity> identities;  // Of the originals, in order.
  std::vector<FileIdentity> copies;      // Of the columnar files, in order.
};

// Copies never change, so one that did was damaged or deleted by somebody else.
Result<std::vector<FileIdentity>> IdentifyCopies(const Dataset& dataset) {
  std::vector<FileIdentity> identities;
  for (const sandbox::TableFile& file : dataset.files) {
    TT_ASSIGN(identities.emplace_back(), Identify(file.path, file.name));
  }
  return identities;
}

bool CopiesAreWhole(const Slot& slot) {
  const auto now = IdentifyCopies(*slot.dataset);
  return now.has_value() && *now == slot.copies;
}

}  // namespace

struct Catalog::State {
  State(CatalogOptions given, std::shared_ptr<sandbox::Sandbox> box, ColumnarCache columnar)
      : options(std::move(given)), sandbox(std::move(box)), cache(std::move(columnar)) {}

  CatalogOptions options;
  std::shared_ptr<sandbox::Sandbox> sandbox;
  ColumnarCache cache;
  Registry registry;
  mutable std::mutex slots_mutex;
  std::map<std::string, std::shared_ptr<Slot>> slots;
  std::shared_ptr<const Dataset> ad_hoc;  // Of OpenFiles; guarded by slots_mutex.
  Turn exporting;                         // One Parquet copy is made at a time.

  std::shared_ptr<Slot> SlotFor(const std::string& id) {
    const std::lock_guard lock(slots_mutex);
    auto& slot = slots[id];
    if (!slot) slot = std::make_shared<Slot>();
    return slot;
  }

  Result<ColumnarCopy> Read(const NamedFile& file, std::string& sha256,
                            const sandbox::JobContext& context);
  Result<wire::TableSchema> ReadTable(const NamedFile& file, Dataset& dataset,
                                      const sandbox::JobContext& context);
  Result<std::shared_ptr<const Dataset>> OpenRegistered(const RegisteredDataset& registered,
                                                        const sandbox::JobContext& context);
  Result<std::string> MakeFrame(const wire::TableSchema& table, const sandbox::TableFile& file,
                                const sandbox::JobContext& context);
};

Result<ColumnarCopy> Catalog::State::Read(const NamedFile& file, std::string& sha256,
                                          const sandbox::JobContext& context) {
  TT_ASSIGN(const FileIdentity before, Identify(file.path, file.shown));
  TT_ASSIGN(StagedFolder staged, cache.Stage());
  std::optional<ColumnarCopy> known;
  sandbox::IngestJob job;
  job.source = file.path;
  job.file_name = fs::path(file.path).filename().string();
  job.choices = file.choices;
  job.output_directory = staged.path();
  job.max_cells = options.max_cells;
  job.limits = options.ingest_limits;
  job.limits.wall = options.ingest_timeout;
  job.wanted = [&](const wire::Hashed& hashed) {
    known = cache.Find(CopyKey(hashed.sha256, file.choices));
    return !known;
  };
  auto outcome = sandbox->Ingest(job, context);
  if (outcome.has_error()) return WhyNotRead(std::move(outcome).error(), context, file.shown);
  // Hash and table are of the same bytes only if nobody wrote in between.
  TT_ASSIGN(const FileIdentity after, Identify(file.path, file.shown));
  if (after != before)
    return MakeError(ErrorCode::conflict,
                     fmt::format("{} was changed while it was being read; try again", file.shown));
  sha256 = outcome->hashed.sha256;
  if (known) return std::move(*known);
  return cache.Commit(std::move(staged), CopyKey(sha256, file.choices), *outcome->ingested);
}

Result<wire::TableSchema> Catalog::State::ReadTable(const NamedFile& file, Dataset& dataset,
                                                    const sandbox::JobContext& context) {
  wire::TableSchema table;
  TT_ASSIGN(ColumnarCopy copy, Read(file, table.sha256, context));
  table.name = file.table;
  table.choices = file.choices;
  table.rows = copy.ingested.rows;
  table.columns = std::move(copy.ingested.columns);
  table.notes = std::move(copy.ingested.notes);
  for (const wire::ReadingNote& note : table.notes) {
    table.warnings.push_back(note.text);
    for (wire::ColumnSchema& column : table.columns)
      if (column.name == note.column) column.notes.push_back(note.text);
  }
  table.totals = std::move(copy.ingested.totals);
  table.sample = std::move(copy.ingested.sample);
  sandbox::TableFile mounted{file.table, copy.path, {}};
  for (const wire::ColumnSchema& column : table.columns)
    mounted.columns.push_back({column.name, column.type, column.database_type});
  dataset.files.push_back(std::move(mounted));
  return table;
}

Result<std::shared_ptr<const Dataset>> Catalog::State::OpenRegistered(
    const RegisteredDataset& registered, const sandbox::JobContext& context) {
  const auto slot = SlotFor(registered.id);
  TT_ASSIGN(const Turn::Held turn,
            slot->opening.Take(context.deadline, context.cancel,
                               "the dataset is still being read; try again shortly"));

  std::vector<FileIdentity> identities;
  std::vector<NamedFile> files;
  for (const RegisteredTable& table : registered.tables) {
    files.push_back(
        {table.name, options.datasets_directory + "/" + table.file, table.file, ChoicesOf(table)});
    TT_ASSIGN(identities.emplace_back(), Identify(files.back().path, table.file));
  }
  if (slot->dataset && slot->identities == identities && CopiesAreWhole(*slot))
    return slot->dataset;

  auto dataset = std::make_shared<Dataset>();
  wire::DatasetSchema& schema = dataset->schema;
  schema.id = registered.id;
  schema.name = registered.name;
  schema.description = registered.description;
  schema.origin = "registry";
  schema.relationships = registered.relationships;
  schema.prompts = registered.prompts;
  for (std::size_t i = 0; i < files.size(); ++i) {
    TT_ASSIGN(wire::TableSchema table, ReadTable(files[i], *dataset, context));
    TT_CHECK(Annotate(registered.tables[i], table));
    schema.tables.push_back(std::move(table));
  }
  schema.version = VersionOf(schema.tables);
  TT_ASSIGN(slot->copies, IdentifyCopies(*dataset));
  slot->dataset = std::move(dataset);
  slot->identities = std::move(identities);
  return slot->dataset;
}

// Whoever waits for its turn may find that the copy was made meanwhile.
Result<std::string> Catalog::State::MakeFrame(const wire::TableSchema& table,
                                              const sandbox::TableFile& file,
                                              const sandbox::JobContext& context) {
  TT_ASSIGN(const Turn::Held turn,
            exporting.Take(context.deadline, context.cancel,
                           "the dataset is still being made ready for Python; try again shortly"));
  if (auto known = cache.FindFrame(CopyKey(table.sha256, table.choices))) return std::move(*known);
  TT_ASSIGN(StagedFolder staged, cache.Stage());
  sandbox::SqlJob job;
  job.sql = FrameSelect(table);
  job.tables = {file};
  job.check = false;
  job.max_rows = 1;
  job.export_format = wire::ExportFormat::parquet;
  job.output_directory = staged.path();
  job.limits = options.ingest_limits;
  job.limits.wall = options.ingest_timeout;
  const auto outcome = sandbox->RunSql(job, context);
  if (outcome.has_error()) return WhyNotRead(outcome.error(), context, table.name);
  return cache.CommitFrame(std::move(staged), CopyKey(table.sha256, table.choices));
}

Catalog::Catalog(std::unique_ptr<State> state) : state_(std::move(state)) {}
Catalog::~Catalog() = default;

Result<std::shared_ptr<Catalog>> Catalog::Load(CatalogOptions options,
                                               std::shared_ptr<sandbox::Sandbox> sandbox) {
  TT_ASSIGN(ColumnarCache cache, ColumnarCache::Open(options.cache_directory));
  auto state = std::make_unique<State>(std::move(options), std::move(sandbox), std::move(cache));
  if (!state->options.datasets_directory.empty()) {
    TT_ASSIGN(state->registry, ReadRegistry(state->options.datasets_directory + "/registry.json"));
  }
  return std::shared_ptr<Catalog>(new Catalog(std::move(state)));
}

std::vector<Summary> Catalog::List() const {
  std::vector<Summary> list;
  for (const RegisteredDataset& registered : state_->registry.datasets) {
    Summary summary{registered.id,
                    registered.name,
                    registered.description,
                    {},
                    registered.prompts,
                    "registry",
                    ""};
    std::shared_ptr<const Dataset> opened;
    {
      const std::lock_guard lock(state_->slots_mutex);
      const auto slot = state_->slots.find(registered.id);
      if (slot != state_->slots.end())
        if (const auto turn = slot->second->opening.TryTake()) opened = slot->second->dataset;
    }
    for (const RegisteredTable& table : registered.tables) {
      const wire::TableSchema* known = opened ? opened->schema.Find(table.name) : nullptr;
      summary.tables.push_back({table.name, known ? std::optional(known->rows) : std::nullopt});
    }
    if (opened) summary.version = opened->schema.version;
    list.push_back(std::move(summary));
  }
  return list;
}

Result<std::shared_ptr<const Dataset>> Catalog::Open(const std::string& id,
                                                     const sandbox::JobContext& context) {
  if (id == kFilesId) {
    const std::lock_guard lock(state_->slots_mutex);
    if (state_->ad_hoc) return state_->ad_hoc;
  }
  std::vector<std::string_view> ids;
  for (const RegisteredDataset& registered : state_->registry.datasets) {
    if (registered.id == id) return state_->OpenRegistered(registered, context);
    ids.emplace_back(registered.id);
  }
  std::string message = fmt::format("there is no dataset \"{}\"", base::Truncate(id, 60));
  if (const auto nearest = base::NearestName(id, ids))
    message += fmt::format("; did you mean \"{}\"?", *nearest);
  return MakeError(ErrorCode::not_found, std::move(message));
}

Result<std::shared_ptr<const Dataset>> Catalog::OpenFiles(const std::vector<std::string>& paths,
                                                          const sandbox::JobContext& context,
                                                          const wire::ReadingChoices& choices) {
  if (paths.empty()) return base::InvalidArgument("name at least one file");
  auto dataset = std::make_shared<Dataset>();
  wire::DatasetSchema& schema = dataset->schema;
  schema.id = kFilesId;
  schema.origin = "files";
  std::set<std::string> taken;
  for (const std::string& path : paths) {
    TT_CHECK(Identify(path, path));
    NamedFile file{TableName(path, taken), path, path, {}};
    file.choices = ChoicesFor(file.table, choices);
    TT_ASSIGN(wire::TableSchema table, state_->ReadTable(file, *dataset, context));
    schema.name += (schema.name.empty() ? "" : ", ") + table.name;
    schema.tables.push_back(std::move(table));
  }
  TT_CHECK(CheckChoices(choices, schema));
  schema.version = VersionOf(schema.tables);
  schema.relationships = InferRelationships(schema);
  const std::lock_guard lock(state_->slots_mutex);
  state_->ad_hoc = dataset;
  return state_->ad_hoc;
}

Result<Frames> Catalog::FramesOf(const Dataset& dataset, const sandbox::JobContext& context) {
  TT_CHECK(CheckFrameSize(dataset.schema, state_->options.max_frames));
  Frames frames;
  for (std::size_t i = 0; i < dataset.files.size(); ++i) {
    const wire::TableSchema& table = dataset.schema.tables[i];
    auto path = state_->cache.FindFrame(CopyKey(table.sha256, table.choices));
    if (!path) {
      TT_ASSIGN(path, state_->MakeFrame(table, dataset.files[i], context));
    }
    frames.sources.push_back({table.name, std::move(*path)});
  }
  frames.version = fmt::format("{}-v{}.{}", dataset.schema.version, kReaderVersion, kFrameVersion);
  return frames;
}

}  // namespace tabletalk::datasets
