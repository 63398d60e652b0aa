// Writes of one request (R4 "http", create, update, delete, transaction): checked for their author, and prepared as one
// batch, all or nothing. A single write is a transaction of one.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "admission/admission.h"
#include "authoring/condition.h"
#include "authoring/permission.h"
#include "disclosure/gate.h"

namespace handoff::authoring {

// Where the parts of an entry stand in the request, for issues: "http.If-Match", "Bundle.entry[3].request.url". Empty:
// the issue names no place, or for `resource` the element alone.
struct Places {
  std::string request, url, if_match, if_none_exist, resource;
};

// What is written, made of what is stored. Values live in the arena. Problem: what is wrong, at an element.
using Derive = std::function<Result<json::Value>(json::Arena& arena, json::Value current)>;

struct Entry {
  admission::Method method = admission::Method::create;
  std::string type;
  std::string id;                // of a create: the new one
  json::Value resource = {};     // absent in a removal
  Derive derive = {};            // instead of a resource: of an update of what is there (patch)
  std::string full_url = {};     // references of other entries to it are resolved
  std::optional<std::string> if_match = {};       // as the requester was told the version
  std::optional<Condition> if_none_exist = {};
  Places places = {};
};

// What an entry comes to, if the plan is committed.
struct Written {
  std::string type, id;
  std::uint32_t version = 0;  // 0: there was nothing to remove
  bool created = false;
  bool removed = false;
  std::optional<Instant> updated = {};  // of what stands already; nothing: the time of the commit
};

struct Plan {
  admission::Prepared prepared;
  std::vector<Written> written;  // one for each entry, in order
};

// Any thread. What it refers to outlives it.
class Authoring {
 public:
  Authoring(const disclosure::Gate& gate, const admission::Admission& admission, const fhir::Definitions& definitions)
      : gate_(gate), admission_(admission), definitions_(definitions) {}

  // Prepares the writes by the state of the store as it is now. After a conflict at the commit, plan again. Writers of
  // types were checked before (check_writer()). With `resolves`, references between entries and conditional references
  // are resolved (R4 "http", transaction). The entries' values live until the plan is committed.
  // Problem: forbidden (the author), not_found (an update of what does not exist for the requester), precondition
  // (If-Match; a condition that several resources fit), unprocessable, conflict, incorrect.
  Result<Plan> plan(const auth::Requester& requester, std::vector<Entry> entries, bool resolves = false) const;

  // May the requester write a resource in the name of the author that it names? Absent: of a removal. Problem: forbidden.
  Result<void> check_author(const auth::Requester& requester, json::Value resource) const;
  // Problem: as standing_of().
  Result<Standing> standing(const auth::Requester& requester, std::string_view type, std::string_view id) const;

 private:
  const disclosure::Gate& gate_;
  const admission::Admission& admission_;
  const fhir::Definitions& definitions_;
};

}  // namespace handoff::authoring
