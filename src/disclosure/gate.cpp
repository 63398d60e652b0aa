#include "disclosure/gate.h"

#include <fmt/format.h>

#include <algorithm>

#include "consent/marks.h"
#include "core/civil.h"
#include "core/hash.h"
#include "core/text.h"
#include "disclosure/decide.h"
#include "disclosure/document.h"
#include "fhir/reference.h"
#include "store/record.h"

namespace handoff::disclosure {
namespace {

using json::Value;

// The rules by which is decided; named in the ledger, raised when they change.
constexpr std::string_view rule_set = "1";

std::string json_text(std::string_view text) {
  json::Arena arena;
  return json::write(arena.string(text));
}

std::string list(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const std::string& text : texts) out += (out.size() > 1 ? "," : "") + json_text(text);
  return out + "]";
}

Problem absent() { return problem(Kind::not_found, "there is no such resource"); }

std::string access_entry(const auth::Requester& requester, const store::Version& version) {
  return fmt::format(R"({{"kind":"access","client":{},"basis":["policy.operator"],"resources":["{}/{}/_history/{}"],"channel":"read"}})",
                     json_text(requester.client_id), version.type, version.id, version.version);
}

std::string disclosure_entry(const store::OutboxRow& row, const routing::Aftercare& aftercare, const consent::Decision& decision,
                             const Document& document, std::string_view scope_bytes) {
  return fmt::format(
      R"({{"kind":"disclosure","event":{},"patient":{},"discloser":{},"recipient":{},"user":null,"purpose":["TREAT"],)"
      R"("basis":{},"ruleSet":"{}","resources":{},"channel":"push","notice":"{}","scope":"{}","onward":"part2-tpo","outcome":"permit"}})",
      json_text(row.event), json_text(row.patient), json_text(aftercare.discloser), json_text("Organization/" + row.recipient),
      list(decision.basis), rule_set, list(document.resources), sha256_hex(consent::redisclosure_notice()), sha256_hex(scope_bytes));
}

// The same for every attempt at the same row, and for no other.
std::string message_identifier(const store::OutboxRow& row) {
  std::string hex = sha256_hex(fmt::format("{}|{}|{}|{}", row.event, row.patient, row.recipient, row.focus)).substr(0, 32);
  hex[12] = '8';  // RFC 9562: version 8, made from a digest; variant 10
  hex[16] = 'a';
  return fmt::format("urn:uuid:{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4), hex.substr(16, 4),
                     hex.substr(20, 12));
}

// What names no discloser is the custodian's own.
bool is_disclosed_by(const store::Snapshot& snapshot, Value resource, std::string_view discloser) {
  const auto version = snapshot.read(resource["resourceType"].text(), resource["id"].text());
  if (!version) return false;
  const auto all = split(version->disclosers, ' ');
  const auto is_it = [&](const auto& organization) { return discloser == "Organization/" + std::string(organization); };
  return version->disclosers.empty() || std::any_of(all.begin(), all.end(), is_it);
}

// A consent speaks for one discloser: what others disclose is left out, wherever the plan may refer to it.
void keep_own(routing::Aftercare& aftercare, const store::Snapshot& snapshot) {
  const auto is_anothers = [&](Value part) { return part && !is_disclosed_by(snapshot, part, aftercare.discloser); };
  for (Value* part : {&aftercare.composition, &aftercare.care_plan, &aftercare.care_team})
    if (is_anothers(*part)) *part = {};
  for (auto* parts : {&aftercare.goals, &aftercare.conditions, &aftercare.medications, &aftercare.appointments})
    std::erase_if(*parts, is_anothers);
}

std::vector<Value> relied_on(const consent::Decision& decision, fhir::RecordReader& record) {
  std::vector<Value> consents;
  for (const std::string& basis : decision.basis)
    if (const Value found = record.read(fhir::local_reference(basis))) consents.push_back(found);
  return consents;
}

}  // namespace

Gate::Gate(store::Store& store, const Clock& clock, std::string base) : store_(store), clock_(clock), base_(std::move(base)) {}

void Gate::read(const auth::Requester& requester, const ReadRequest& request, Done done) const {
  if (!requester.is_operator()) return done(problem(Kind::forbidden, "this client is not served yet"));
  const store::Snapshot snapshot = store_.snapshot();
  const auto version =
      request.version ? snapshot.vread(request.type, request.id, *request.version) : snapshot.read(request.type, request.id);
  if (!version) return done(absent());
  if (version->deleted) return done(problem(Kind::gone, "the resource was deleted"));
  auto disclosed = std::make_shared<Disclosed>(Disclosed());
  disclosed->bytes_ = version->body;
  disclosed->version_ = version->version;
  disclosed->updated_ = version->updated;
  store::Batch batch;
  batch.ledger.push_back(access_entry(requester, *version));
  store_.commit(std::move(batch), [disclosed, done = std::move(done)](Result<store::Committed> committed) {
    if (!committed) return done(committed.error());
    done(std::move(*disclosed));
  });
}

Result<std::variant<PermittedMessage, WithheldMessage>> Gate::message(const store::OutboxRow& row, const store::Snapshot& snapshot) const {
  store::StoredRecord record(snapshot);
  const std::string focus = fhir::local_reference(row.focus);
  if (!focus.starts_with("Composition/")) return WithheldMessage{{}, "not served yet"};
  const Value composition = record.read(focus);
  if (!composition) return problem(Kind::fault, "the document's Composition is gone");
  DocumentParts parts;
  parts.aftercare = routing::gather_aftercare(composition, record);
  keep_own(parts.aftercare, snapshot);
  if (!parts.aftercare.composition) return WithheldMessage{{}, "the aftercare plan is not of the discloser that it names"};
  const consent::Decision decision = decide_aftercare(parts.aftercare, row.recipient, clock_.now(), record);
  if (!decision.permit) return WithheldMessage{decision.consent, decision.reason};
  parts.consents = relied_on(decision, record);
  parts.base = base_;
  parts.identifier = message_identifier(row);
  parts.timestamp = row.occurred;
  json::Arena arena;
  const Document document = compose_aftercare(arena, parts, record);
  std::string scope;
  for (const Value consent : parts.consents) json::write(consent, scope);
  PermittedMessage permitted{Disclosed(), disclosure_entry(row, parts.aftercare, decision, document, scope), decision.consent,
                             decision.reason};
  permitted.message.bytes_ = json::write(document.bundle);
  return permitted;
}

}  // namespace handoff::disclosure
