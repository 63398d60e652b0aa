// One resource written (R4 "http", create and update): prepared, committed, answered. create.cpp and update.cpp read their
// requests; what follows is the same for both.
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
  json::Document document;
  std::optional<std::uint32_t> if_match;
  std::optional<Identifier> if_none_exist;
};

// An empty submission in the name of who asks.
admission::Submission submission_of(const auth::Requester& requester);

// Whether the requester may write this at all. Everybody but operators writes for its own organization, what belongs to a
// patient, and neither the Patient, whom many know, nor a Consent, which opens what others hold: those come by their forms.
// Problem: forbidden, alike whatever is stored.
Result<void> check_writer(const auth::Requester& requester, json::Value resource);

// The body as a resource of this type. Problem: unsupported (415), incorrect.
Result<json::Document> read_resource(const Call& call, std::string_view type);

// Answers 201 or 200 with Location, ETag and Last-Modified, and with what Prefer: return=… asks for: the resource (default,
// where the token allows to read it), nothing, or an OperationOutcome.
void write(const Context& context, Call call, WriteRequest wanted, Answer answer);

}  // namespace handoff::rest
