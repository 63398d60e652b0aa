// fhir-profiles/errata.json: what we have decided about the definitions. An entry that settles nothing is
// itself an error.
#pragma once

#include <set>

#include "fhir/compiler/model.h"
#include "json/document.h"

namespace handoff::fhir::compiler {

class Errata {
 public:
  static Result<Errata> read(std::string_view text);

  // The entry's member `what` ("keep", "set", "drop", "open") for `id` or for an element above it. Absent if
  // there is none.
  json::Value find(std::string_view section, std::string_view id, std::string_view what);
  // The same, but only for `id` itself.
  json::Value find_exactly(std::string_view section, std::string_view id, std::string_view what);

  // Adds each finding that no "keep" settles to `unsettled`.
  void settle(std::string_view section, const Findings& findings, Findings& unsettled);
  void find_unused(Findings& findings) const;

 private:
  json::Document document_;
  std::set<std::pair<const void*, std::string_view>> used_;  // entry, member
};

}  // namespace handoff::fhir::compiler
