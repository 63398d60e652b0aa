// The records of a file as a mapping reads them, and what becomes of each (mapping.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fhir/resource_id.h"
#include "json/value.h"
#include "mapping/world.h"

namespace handoff::mapping {

// One resource that a record produces. It is complete except for meta.
struct Entry {
  std::string name;  // of the key in `produce`
  std::string type;
  std::string id;
  Identifier key;
  json::Value resource;
  bool amends = false;      // changes an existing resource, which keeps its discloser
  json::Value before = {};  // if it amends: the existing resource
};

struct Mapped {
  PersonClaim person;
  fhir::Reference patient;     // empty for records without a person
  std::string discloser;       // "ORG-HOC": an organization's id, empty if the mapping names none
  std::vector<Entry> entries;  // in the order of `produce`, Provenance last
  bool is_so_already = false;  // its changes are already in the store
  json::Arena arena;           // owns what the entries refer to
};

// One line of rejects.csv. `value` is masked if the column is sensitive.
struct Rejection {
  std::size_t record = 0;
  std::string key;
  std::string field;
  std::string value;
  std::string reason;
  std::string mapping;  // "map.json:6:14 → Patient.birthDate"
};

// The record is valid, but a resource that it refers to does not exist yet, or it found nothing that it could
// change. In the second case the system is `of_person`, and the value is the person ("Patient/abc").
inline constexpr std::string_view of_person = "of";
struct Waiting {
  std::string type;
  Identifier identifier;
};

// The record is valid, but a person must decide whose record it is.
struct Held {
  PersonClaim person;
  std::string discloser;
  std::vector<identity::Candidate> candidates;
};

using Outcome = std::variant<Mapped, Rejection, Waiting, Held>;

// One record of a file after reading: typed by the contract, or already rejected.
struct SourceRecord {
  std::size_t number = 0;  // position in the file: a CSV's header is record 1
  std::string key;         // value of the first produce key, taken before validation; empty if it has none
  std::string
      content_hash;  // equal if all values are equal after trimming and parsing (hex SHA-256, 64 chars)
  // object: column → typed value (string, boolean, number, array of them; dates as ISO text)
  json::Value values;
  std::optional<Rejection> rejection;
  bool is_duplicate = false;  // equal to an earlier record of this file
};

// A whole file. Records that contradict each other (same key, different values) are already rejected.
struct Source {
  std::string file;                   // name without folder
  std::string file_hash;              // hex SHA-256 of the bytes
  std::vector<SourceRecord> records;  // without the header
  json::Arena arena;
};

}  // namespace handoff::mapping
