// From a request and who makes it to the interaction that answers: what the routes say of its path, what every FHIR request
// must fulfil. The service comes here with what arrives, a batch with each of its entries.
#pragma once

#include "rest/http/interaction.h"
#include "rest/http/routes.h"

namespace handoff::rest {

// May the call go on? Problem: not_found (no such path or type), unsupported (method, media type), incorrect (parameters).
Result<void> check_call(const Context& context, const Match& match, const Call& call);

// The refusal as an answer; of a method that the path does not have, with Allow.
net::Response refusal_of(const Problem& problem, const Match& match);

// One entry of a Bundle: a request below the base ("/fhir/Patient/p1") in the name of who sent the Bundle, as the call that it is, or as
// refused. Neither open paths nor Bundles within Bundles are served. An entry whose turn comes after the Bundle's deadline is not done, and
// says so.
struct EntryCall {
  Interaction interaction;
  Call call;
};
std::variant<EntryCall, net::Response> entry_of(const Context& context, const Call& bundle_call, net::Request request);

}  // namespace handoff::rest
