// From a request and its requester to the interaction that answers. It checks what the routes say about the
// path, and what every FHIR request must fulfil. The service uses it for each request, and a batch for each
// entry.
#pragma once

#include "rest/http/interaction.h"
#include "rest/http/routes.h"

namespace handoff::rest {

// May the call go on? Problem: not_found (no such path or type), unsupported (method, media type), incorrect
// (parameters).
Result<void> check_call(const Context& context, const Match& match, const Call& call);

// A refusal as an answer. If the path does not have the method, the answer has Allow.
net::Response refusal_of(const Problem& problem, const Match& match);

// One entry of a Bundle: a request below the base ("/fhir/Patient/p1"), in the name of the Bundle's sender.
// It becomes a call or a refusal. Open paths and Bundles within Bundles are not served. If the Bundle's
// deadline has passed, the entry is not done, and its answer says so.
struct EntryCall {
  Interaction interaction;
  Call call;
};
std::variant<EntryCall, net::Response> entry_of(const Context& context, const Call& bundle_call,
                                                net::Request request);

}  // namespace handoff::rest
