// One call of an interaction, and what all of them are given. Every interaction is a plain function in a file of its own, from a call to
// the next step (rest/http/step.h); routes.cpp lists them.
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
  std::vector<std::string> values;  // of the pattern's {…}, in order, decoded
  net::Headers query;               // decoded
  auth::Requester requester;        // nobody on an open route
  Workers::Share share = 0;         // whose turn of the workers it takes
  std::string request_id = {};      // for the log
  bool is_within_bundle = false;    // its answer becomes an entry of another
};

// A text as gzip, made when it is first asked for: a start does not wait for it. Any thread.
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

// What all interactions share; lives as long as the service.
struct Context {
  std::string base_url;
  auth::TokenService& tokens;
  const disclosure::Gate& gate;
  const admission::Admission& admission;
  const authoring::Authoring& authoring;
  const fhir::Definitions& definitions;
  const terminology::Terminology& terminology;
  std::string capability_statement;              // capability_statement.h
  PackedOnce capability_statement_packed;        // it never changes, and anybody may ask for it
  std::atomic<bool> ending{false};               // nothing is begun any more
  mutable Slots batch_slots{limits::batches_max, limits::client_batches_max};
  mutable Slots stream_slots{limits::streamed_answers_max, limits::client_streamed_answers_max};
  ReviewDesk* reviews = nullptr;                 // null: none are kept
  IntakeDesk* intake = nullptr;                  // null: no records are taken in
};

// On a worker. May be called again for the same call, where a commit met a conflict; what it throws becomes a 500, or a 504.
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
Step remove(const Context& context, Call& call);               // values: type, id
Step history_instance(const Context& context, Call& call);     // values: type, id
Step bundle(const Context& context, Call& call);  // a transaction or a batch, of a Bundle read as far as both agree:
Step transaction(const Context& context, const Call& call, const json::Document& posted);
Step batch(const Context& context, const Call& call, json::Document posted);
Step take_in(const Context& context, Call& call);        // values: mapping, in one part or two; no FHIR
Step list_reviews(const Context& context, Call& call);   // for operators, no FHIR
Step show_review(const Context& context, Call& call);    // values: id
Step decide_review(const Context& context, Call& call);  // values: id, action
Step list_ledger(const Context& context, Call& call);    // for operators and auditors, no FHIR
Step show_ledger(const Context& context, Call& call);    // values: id
Step list_deliveries(const Context& context, Call& call);
Step show_delivery(const Context& context, Call& call);  // values: id

}  // namespace handoff::rest
