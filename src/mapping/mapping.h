// A mapping turns the records of one feed into FHIR resources (README.md). Loaded once,
// checked against the R4 types with file:line:column, then run on any thread. It sees neither clock nor store: what it
// must know of the world comes through a World.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "fhir/definitions.h"
#include "json/value.h"
#include "mapping/format.h"
#include "mapping/world.h"

namespace handoff::mapping {

// One resource that a record produces, complete but for meta.
struct Entry {
  std::string name;  // of the produce key
  std::string type;
  std::string id;
  Identifier key;
  json::Value resource;
  bool amends = false;  // an existing resource changed: it keeps its discloser
  json::Value before = {};  // of one that is amended: as it was
};

struct Mapped {
  PersonClaim person;
  std::string patient;         // "Patient/abc", empty for records without a person
  std::string discloser;       // "ORG-HOC": an organization's id, empty if the mapping names none
  std::vector<Entry> entries;  // in the order of `produce`, Provenance last
  bool is_so_already = false;  // what it would change is there, as it says
  json::Arena arena;           // holds what entries refer to
};

// One line of rejects.csv. `value` is masked where the column is sensitive.
struct Rejection {
  std::size_t record = 0;
  std::string key;
  std::string field;
  std::string value;
  std::string reason;
  std::string mapping;  // "map.json:6:14 → Patient.birthDate"
};

// The record is sound, but what it refers to has not come, or nothing that it could change. Of the latter the system is `of_person`, and
// the value the person ("Patient/abc").
inline constexpr std::string_view of_person = "of";
struct Waiting {
  std::string type;
  Identifier identifier;
};

// The record is sound, but whose it is a person must say.
struct Held {
  PersonClaim person;
  std::string discloser;
  std::vector<identity::Candidate> candidates;
};

using Outcome = std::variant<Mapped, Rejection, Waiting, Held>;

// One record of a file as it was read: typed by the contract, or already rejected.
struct SourceRecord {
  std::size_t number = 0;  // place in the file: a CSV's header is record 1
  std::string key;         // value of the first produce key, taken before validation; empty if it has none
  std::string
      content_hash;    // equal for records whose values are equal after trimming and parsing (hex SHA-256, 64 chars)
  json::Value values;  // object: column → typed value (string, boolean, number, array of them; dates as ISO text)
  std::optional<Rejection> rejection;
  bool is_duplicate = false;  // equal to an earlier record of this file
};

// A whole file. Contradictions between its records (one key, different values) are already rejections.
struct Source {
  std::string file;                   // name without folder
  std::string file_hash;              // hex SHA-256 of the bytes
  std::vector<SourceRecord> records;  // the header is not among them
  json::Arena arena;
};

// Rows of lookup tables: table and key.
using LookupRows = std::set<std::pair<std::string, std::string>>;

// Everything of one run that is no record.
struct RunContext {
  World* world = nullptr;
  Instant now;  // the gateway's clock: "today", %clock, Provenance.recorded
  std::string file;
  std::string file_hash;
  LookupRows* lookups_used = nullptr;  // collects the rows that lookup() found, for the tests beside a mapping
  // What keeps a write of a resource from being taken: an error among it rejects the record. None: whoever writes asks himself.
  std::function<std::vector<Issue>(json::Value resource)> refusals = {};
};

// Fields by path, with what a person wrote for them.
using FieldTexts = std::vector<std::pair<std::string, std::string>>;

class Mapping {
 public:
  // `folder` holds map.json, lookups/, parts/, tests/. Problem: incorrect; every issue reads "file:line:column: what".
  static Result<std::shared_ptr<const Mapping>> load(const std::filesystem::path& folder, std::string name,
                                                     const fhir::Definitions& definitions = fhir::Definitions::r4());

  std::string_view name() const;  // "corrections/referrals"
  std::string_view version() const;
  std::string_view title() const;
  const Format& format() const;  // of the files that it reads
  bool is_series() const;        // several records of one key are states of one thing: the newest stands
  // Reads and checks a whole file. Problem: incorrect, if the file as such cannot be read (charset, header, structure).
  Result<Source> read(std::string bytes, std::string file, Instant now) const;
  // The same from rows as tests write them: objects of column and text (CSV; columns left out are empty) or of JSON.
  Result<Source> read_rows(json::Value rows, Instant now) const;

  // The instants at which a record is taken in and changed (`taken`), ascending, without those that it has no value
  // for; a day is its start, local time. Empty: at once.
  std::vector<Instant> stages(const SourceRecord& record) const;
  // What the record produced at `stage` (values of later dates are empty); without a stage, all values stand.
  Outcome run(const SourceRecord& record, std::optional<Instant> stage, const RunContext& context) const;

  // The first error that `refusals` finds in what the record made, as a rejection of it (refusal.h).
  std::optional<Rejection> refusal(const SourceRecord& record, const Mapped& mapped, const RunContext& context) const;
  // What was refused of `mapped` when it was written, as a rejection of its record (refusal.h).
  Rejection refused(const SourceRecord& record, const Mapped& mapped, const Problem& problem) const;

  // A record's values with these fields put right (correction.h). Problem: incorrect, unprocessable, naming the field.
  Result<json::Value> corrected(json::Arena& arena, json::Value values, const FieldTexts& fields, Instant now) const;

  const std::filesystem::path& folder() const;
  LookupRows lookup_rows() const;  // all of all tables

 private:
  struct Content;
  std::shared_ptr<const Content> content_;
};

}  // namespace handoff::mapping
