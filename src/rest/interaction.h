// One call of an interaction: what it is given, and where its answer goes. Every interaction is a plain function in a file
// of its own; routes.cpp lists them.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "admission/admission.h"
#include "auth/token.h"
#include "disclosure/gate.h"
#include "fhir/definitions.h"
#include "json/document.h"
#include "net/content_coding.h"
#include "net/http.h"
#include "rest/batch_slots.h"
#include "rest/outcome.h"
#include "rest/workers.h"
#include "store/store.h"
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
  store::Store& store;
  const fhir::Definitions& definitions;
  const terminology::Terminology& terminology;
  std::string capability_statement;                                     // capability_statement.h
  PackedOnce capability_statement_packed;                               // it never changes, and anybody may ask for it
  std::function<void(const Call& call, std::function<void()>)> resume;  // goes on with the call on a worker, from any thread
  std::atomic<bool> ending{false};                                      // nothing is begun any more
  mutable BatchSlots batch_slots;
  ReviewDesk* reviews = nullptr;                                        // null: none are kept
  IntakeDesk* intake = nullptr;                                         // null: no records are taken in
};

// A Bundle posted to the base, read and checked as far as batch and transaction agree.
struct PostedBundle {
  Call call;
  json::Document document;
};

// Called once, from any thread.
using Answer = std::function<void(net::Response)>;
using Interaction = void (*)(const Context&, Call, Answer);

void metadata(const Context& context, Call call, Answer answer);
void smart_configuration(const Context& context, Call call, Answer answer);
void token(const Context& context, Call call, Answer answer);
void read(const Context& context, Call call, Answer answer);                 // values: type, id
void vread(const Context& context, Call call, Answer answer);                // values: type, id, version
void search_type(const Context& context, Call call, Answer answer);          // values: type
void search_type_by_form(const Context& context, Call call, Answer answer);  // values: type
void create(const Context& context, Call call, Answer answer);               // values: type
void update(const Context& context, Call call, Answer answer);               // values: type, id
void remove(const Context& context, Call call, Answer answer);               // values: type, id
void history_instance(const Context& context, Call call, Answer answer);     // values: type, id
void validate(const Context& context, Call call, Answer answer);             // values: type, or type and id
void expand(const Context& context, Call call, Answer answer);               // operations: operation.h
void validate_code_in_value_set(const Context& context, Call call, Answer answer);
void validate_code_in_system(const Context& context, Call call, Answer answer);
void lookup(const Context& context, Call call, Answer answer);
void subsumes(const Context& context, Call call, Answer answer);
void translate(const Context& context, Call call, Answer answer);
void bundle(const Context& context, Call call, Answer answer);  // a transaction or a batch:
void transaction(const Context& context, PostedBundle posted, Answer answer);
void batch(const Context& context, PostedBundle posted, Answer answer);
void take_in(const Context& context, Call call, Answer answer);        // values: mapping, in one part or two; no FHIR
void list_reviews(const Context& context, Call call, Answer answer);   // for operators, no FHIR
void show_review(const Context& context, Call call, Answer answer);    // values: id
void decide_review(const Context& context, Call call, Answer answer);  // values: id, action
void list_ledger(const Context& context, Call call, Answer answer);    // for operators and auditors, no FHIR
void show_ledger(const Context& context, Call call, Answer answer);    // values: id
void list_deliveries(const Context& context, Call call, Answer answer);
void show_delivery(const Context& context, Call call, Answer answer);  // values: id

}  // namespace handoff::rest
