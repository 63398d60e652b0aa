// A call of an interaction, and what all interactions share. Each interaction is a plain function in its own
// file, from a call to the next step (rest/http/step.h). routes.cpp lists them.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include "admission/admission.h"
#include "auth/token.h"
#include "authoring/write.h"
#include "core/limits.h"
#include "disclosure/gate.h"
#include "fhir/definitions.h"
#include "json/document.h"
#include "net/content_coding.h"
#include "net/http.h"
#include "rest/http/outcome.h"
#include "rest/http/slots.h"
#include "rest/http/step.h"
#include "rest/http/workers.h"
#include "terminology/terminology.h"

namespace handoff::rest {

class ReviewDesk;
class IntakeDesk;

struct Call {
  net::Request request;
  std::vector<std::string> values;  // for the {…} of the pattern, in order, decoded
  net::Headers query;               // decoded
  auth::Requester requester;        // nobody on an open route
  Workers::Share share = 0;         // the share of the workers that it uses
  std::string request_id = {};      // for the log
  bool is_within_bundle = false;    // its answer becomes an entry of another
};

// A text as gzip. It is packed at the first use, so that the start does not wait. Any thread.
class PackedOnce {
 public:
  const std::string& of(const std::string& text) const {
    std::call_once(once_, [&] { packed_ = net::gzip(text, net::Effort::most); });
    return packed_;
  }

 private:
  mutable std::once_flag once_;
  mutable std::string packed_;
};

// What all interactions share. Lives as long as the service.
struct Context {
  std::string base_url;
  auth::TokenService& tokens;
  const disclosure::Gate& gate;
  const admission::Admission& admission;
  const authoring::Authoring& authoring;
  const fhir::Definitions& definitions;
  const terminology::Terminology& terminology;
  std::string capability_statement;        // capability_statement.h
  PackedOnce capability_statement_packed;  // the statement never changes, and anybody may ask for it
  std::atomic<bool> ending{false};         // no new work is begun
  mutable Slots batch_slots{limits::batches_max, limits::client_batches_max};
  mutable Slots stream_slots{limits::streamed_answers_max, limits::client_streamed_answers_max};
  ReviewDesk* reviews = nullptr;  // null: no reviews are kept
  IntakeDesk* intake = nullptr;   // null: no records are taken in
};

// Runs on a worker. It may be called again for the same call after a conflict at a commit. Exceptions become
// a 500, or a 504.
using Interaction = Step (*)(const Context&, Call&);

Step metadata(const Context& context, Call& call);
Step smart_configuration(const Context& context, Call& call);
Step token(const Context& context, Call& call);
Step read(const Context& context, Call& call);                 // values: type, id
Step vread(const Context& context, Call& call);                // values: type, id, version
Step search_type(const Context& context, Call& call);          // values: type
Step search_type_by_form(const Context& context, Call& call);  // values: type
Step create(const Context& context, Call& call);               // values: type
Step update(const Context& context, Call& call);               // values: type, id
Step patch(const Context& context, Call& call);                // values: type, id
Step remove(const Context& context, Call& call);               // values: type, id
Step history_instance(const Context& context, Call& call);     // values: type, id
Step bundle(const Context& context, Call& call);  // checks a Bundle, then calls one of these two:
Step transaction(const Context& context, const Call& call, const json::Document& posted);
Step batch(const Context& context, const Call& call, json::Document posted);
Step take_in(const Context& context, Call& call);        // values: mapping, as one or two segments; no FHIR
Step list_reviews(const Context& context, Call& call);   // for operators, no FHIR
Step show_review(const Context& context, Call& call);    // values: id
Step decide_review(const Context& context, Call& call);  // values: id, action
Step list_ledger(const Context& context, Call& call);    // for operators and auditors, no FHIR
Step show_ledger(const Context& context, Call& call);    // values: id
Step list_deliveries(const Context& context, Call& call);
Step show_delivery(const Context& context, Call& call);  // values: id

}  // namespace handoff::rest
