// The writes of one request (R4 "http", create, update, delete, transaction). They are checked for their
// author and prepared as one batch, all or nothing. A single write is a transaction of one.
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

// The places of an entry's parts in the request, for issues: "http.If-Match", "Bundle.entry[3].request.url".
// If a place is empty, the issue names no place; for `resource`, it names only the element.
struct Places {
  std::string request, url, if_match, if_none_exist, resource;
};

// Makes the new resource from the current one, as it is shown to the requester. Values live in the arena.
// Problem: at its place in the request.
using Derive = std::function<Result<json::Value>(json::Arena& arena, json::Value current)>;

// If-Match (RFC 9110, section 13.1.1): one of these versions, as the requester was told them, or any version.
struct IfMatch {
  bool any = false;  // "*"
  std::vector<std::string> versions = {};
};

struct Entry {
  admission::Method method = admission::Method::create;
  std::string type;
  std::string id;             // for a create: the new id
  json::Value resource = {};  // absent in a removal
  Derive derive = {};         // replaces `resource`: an update made from the current resource (patch)
  std::string full_url = {};  // references of other entries to it are resolved
  std::optional<IfMatch> if_match = {};
  std::optional<Condition> if_none_exist = {};
  Places places = {};
};

// The result of an entry, if the plan is committed.
struct Written {
  std::string type, id;
  std::uint32_t version = 0;  // 0: there was nothing to remove
  bool created = false;
  bool removed = false;
  std::optional<Instant> updated = {};  // of a resource that is not changed; nothing: the time of the commit
  // Of a resource that If-None-Exist found: its version and tag as they are shown (disclosure/released.h).
  std::string shown_version = {}, tag = {};
};

struct Plan {
  admission::Prepared prepared;
  std::vector<Written> written;  // one for each entry, in order
};

// Any thread. What it refers to outlives it.
class Authoring {
 public:
  Authoring(const disclosure::Gate& gate, const admission::Admission& admission,
            const fhir::Definitions& definitions)
      : gate_(gate), admission_(admission), definitions_(definitions) {}

  // Prepares the writes for the present state of the store. After a conflict at the commit, plan again. The
  // caller has checked the writers of the types (check_writer()). With `resolves`, references between entries
  // and conditional references are resolved (R4 "http", transaction). The entries' values must live until the
  // plan is committed.
  // Problem: forbidden (the author), not_found (an update of what does not exist for the requester),
  // precondition (If-Match; a condition that several resources match), unprocessable, conflict, incorrect.
  Result<Plan> plan(const auth::Requester& requester, std::vector<Entry> entries,
                    const Deadline& deadline = {}, bool resolves = false) const;

  // May the requester write in the name of the author that the resource names? Absent: a removal. Problem:
  // forbidden.
  Result<void> check_author(const auth::Requester& requester, json::Value resource,
                            const Deadline& deadline = {}) const;
  // Problem: as standing_of().
  Result<Standing> standing(const auth::Requester& requester, std::string_view type,
                            std::string_view id) const;

 private:
  const disclosure::Gate& gate_;
  const admission::Admission& admission_;
  const fhir::Definitions& definitions_;
};

}  // namespace handoff::authoring
