// A mapping turns the records of one feed into FHIR resources (README.md). Loading checks it against the R4
// types, and errors have file:line:column. After that any thread may run it. It has no clock and no store: a
// World answers its questions about existing data.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "fhir/definitions.h"
#include "json/value.h"
#include "mapping/format.h"
#include "mapping/outcome.h"
#include "mapping/world.h"

namespace handoff::mapping {

// Rows of lookup tables: table and key.
using LookupRows = std::set<std::pair<std::string, std::string>>;

// What a run needs besides the record.
struct RunContext {
  World* world = nullptr;
  Instant now;  // the gateway's clock: "today", %clock, Provenance.recorded
  std::string file;
  std::string file_hash;
  // collects the rows that lookup() found, for the tests beside a mapping
  LookupRows* lookups_used = nullptr;
  // Finds what would prevent the write of a resource. An error rejects the record. If it is empty, the writer
  // checks itself.
  std::function<std::vector<Issue>(json::Value resource)> refusals = {};
};

// Fields by path, with the text that a person wrote for each.
using FieldTexts = std::vector<std::pair<std::string, std::string>>;

class Mapping {
 public:
  // `folder` holds map.json, lookups/, parts/, tests/. Problem: incorrect; every issue reads
  // "file:line:column: what".
  static Result<std::shared_ptr<const Mapping>> load(
      const std::filesystem::path& folder, std::string name,
      const fhir::Definitions& definitions = fhir::Definitions::r4());

  std::string_view name() const;  // "corrections/referrals"
  std::string_view version() const;
  std::string_view title() const;
  const Format& format() const;  // of the files that it reads
  bool is_series() const;        // records with the same key are states of one thing: the newest counts
  // Reads and checks a whole file. Problem: incorrect, if the file itself cannot be read (charset, header,
  // structure).
  Result<Source> read(std::string bytes, std::string file, Instant now) const;
  // The same for rows of a test. A CSV row is an object of column and text, and missing columns are empty.
  // Otherwise rows are JSON objects.
  Result<Source> read_rows(json::Value rows, Instant now) const;

  // The instants at which a record is taken in and changed (`taken`), ascending. Columns without a value are
  // left out. A day means its start in local time. Empty: the record is taken in at once.
  std::vector<Instant> stages(const SourceRecord& record) const;
  // What the record produces at `stage`: values of later dates count as empty. Without a stage all values
  // count.
  Outcome run(const SourceRecord& record, std::optional<Instant> stage, const RunContext& context) const;

  // The first error that `refusals` finds in the produced resources, as a rejection of the record
  // (refusal.h).
  std::optional<Rejection> refusal(const SourceRecord& record, const Mapped& mapped,
                                   const RunContext& context) const;
  // The error that a write of `mapped` gave, as a rejection of its record (refusal.h).
  Rejection refused(const SourceRecord& record, const Mapped& mapped, const Problem& problem) const;

  // A record's values with these fields corrected (correction.h). Problem: incorrect, unprocessable. It names
  // the field.
  Result<json::Value> corrected(json::Arena& arena, json::Value values, const FieldTexts& fields,
                                Instant now) const;

  const std::filesystem::path& folder() const;
  LookupRows lookup_rows() const;  // all rows of all tables

 private:
  struct Content;
  std::shared_ptr<const Content> content_;
};

}  // namespace handoff::mapping
