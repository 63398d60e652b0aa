// One resource written (R4 "http", create, update, delete): prepared, committed, answered. create.cpp, update.cpp and
// remove.cpp read their requests; what follows is the same for all.
#pragma once

#include <optional>

#include "json/document.h"
#include "rest/identifier_query.h"
#include "rest/interaction.h"

namespace handoff::rest {

struct WriteRequest {
  admission::Method method = admission::Method::create;
  std::string type;
  std::string id;
  std::optional<json::Document> document;  // none in a removal
  std::optional<std::string> if_match;  // as the requester was told it
  std::optional<Identifier> if_none_exist;

  json::Value resource() const { return document ? document->root() : json::Value{}; }
};

// The body as a resource of this type. Problem: unsupported (415), incorrect.
Result<json::Document> read_resource(const Call& call, std::string_view type);

// A condition that is not looked at must not be passed over: whoever set it counts on it. `served` names the header that is.
// Problem: unsupported.
Result<void> check_conditions(const Call& call, std::string_view served);

// If-Match into the request. Problem: incorrect, unsupported (another condition).
Result<void> read_if_match(const Call& call, WriteRequest& wanted);

// Answers 204 to a removal, else 201 or 200 with Location, ETag and Last-Modified, and with what Prefer: return=… asks for: the
// resource (default, where the token allows to read it), nothing, or an OperationOutcome (with 200, where it was removed).
Step write(const Context& context, const Call& call, const WriteRequest& wanted);

}  // namespace handoff::rest
