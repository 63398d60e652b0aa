// Writes one resource (R4 "http", create, update, delete): plan, commit, answer. create.cpp, update.cpp and
// remove.cpp read their requests. The rest is the same for all.
#pragma once

#include <optional>

#include "authoring/write.h"
#include "json/document.h"
#include "rest/http/interaction.h"

namespace handoff::rest {

struct WriteRequest {
  authoring::Entry entry;
  std::optional<json::Document> document = {};  // holds the entry's resource; none in a removal
};

// An entry whose issues name headers and elements: "http.If-Match", "Patient.name".
authoring::Entry entry_of_request(admission::Method method, std::string type, std::string id);

// Begins a change of the resource that the address names: an update (also by a patch) or a removal. Problem:
// forbidden (no scope), incorrect (no id).
Result<WriteRequest> begin_change(const Call& call, admission::Method method);

// The body as a resource of this type. Problem: unsupported (415), incorrect.
Result<json::Document> read_resource(const Call& call, std::string_view type);

// Refuses conditional headers that the interaction does not serve, because their sender relies on them.
// `served` names the one header that is served. Problem: unsupported.
Result<void> check_conditions(const Call& call, std::string_view served);

// Reads If-Match into the entry. Problem: incorrect, unsupported (another condition).
Result<void> read_if_match(const Call& call, authoring::Entry& entry);

// Answers 204 to a removal, otherwise 201 or 200 with Location, ETag and Last-Modified. "Prefer: return=…"
// adds the resource, nothing, or an OperationOutcome. The default is the resource, if the token may read it.
// With an OperationOutcome, a removal answers 200.
Step write(const Context& context, const Call& call, const WriteRequest& wanted);

}  // namespace handoff::rest
