#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>

#include "core/civil.h"
#include "core/hash.h"
#include "core/limits.h"
#include "disclosure/audit_pages.h"
#include "fhir/reference.h"
#include "json/document.h"
#include "store/resources.h"

namespace handoff::disclosure {
namespace {

using json::Member;
using json::Value;

constexpr std::string_view kinds[] = {"disclosure", "access", "write", "review", "intake"};
constexpr std::string_view outcomes[] = {"permit"};  // a refusal leaves no entry here
constexpr std::size_t digest_characters = 12;

std::int64_t ms(Instant at) { return at.time_since_epoch().count(); }

// An entry's id is its number in the chain. A waiting entry has none yet: its id is its time and a digest,
// which find it later in the chain, too.
std::string waiting_id(const store::LedgerEntry& entry) {
  return fmt::format("{}-{}", ms(entry.at), sha256_hex(entry.text).substr(0, digest_characters));
}

// The owners of resources, looked up once for a page.
class Owners {
 public:
  explicit Owners(const store::Snapshot& snapshot) : snapshot_(snapshot) {}

  // The patient, for a reference with or without a version. Empty: belongs to nobody.
  const fhir::Reference& of(std::string_view reference) {
    std::string local = fhir::local_reference(reference);
    const auto known = known_.find(local);
    if (known != known_.end()) return known->second;
    fhir::Reference owner = local.starts_with("Patient/") ? fhir::Reference(local) : looked_up(local);
    return known_.emplace(std::move(local), std::move(owner)).first->second;
  }
  std::vector<fhir::Reference> all(Value entry) {
    std::vector<fhir::Reference> patients;
    const auto add = [&](const fhir::Reference& patient) {
      if (!patient.empty() && std::find(patients.begin(), patients.end(), patient) == patients.end())
        patients.push_back(patient);
    };
    add(fhir::Reference(entry["patient"].text()));
    for (const Value person : entry["into"].items()) add(fhir::Reference(person.text()));
    if (!patients.empty()) return patients;
    for (const Value reference : entry["resources"].items()) add(of(reference.text()));
    return patients;
  }

 private:
  fhir::Reference looked_up(std::string_view local) const {
    const auto parts = fhir::split_reference(local);
    const auto row = parts ? snapshot_.resources().find(parts->type, parts->id) : std::nullopt;
    const auto id = row && row->patient != store::PatientNumber::nobody
                        ? snapshot_.resources().patient_id(row->patient)
                        : std::nullopt;
    return id ? fhir::Reference("Patient", *id) : fhir::Reference();
  }

  const store::Snapshot& snapshot_;
  std::map<std::string, fhir::Reference, std::less<>> known_;
};

// A member as it stands in the text of an entry.
std::string member_text(std::string_view name, std::string_view text) {
  return fmt::format("\"{}\":{}", name, json::write(json::Arena::borrow(text)));
}

// Checks the query against one entry. It looks at the text first, because most entries fail there.
class Filter {
 public:
  Filter(const AuditQuery& query, Owners& owners) : query_(query), owners_(owners) {
    if (!query.recipient.empty())
      needed_.push_back(member_text("recipient", "Organization/" + query.recipient));
    if (!query.event.empty()) needed_.push_back(member_text("event", query.event));
    if (!query.outcomes.empty()) needed_.push_back(member_text("outcome", "permit"));
  }

  bool may_fit(std::string_view text) const {
    const auto is_in = [&](std::string_view part) { return text.find(part) != text.npos; };
    if (!std::all_of(needed_.begin(), needed_.end(), is_in)) return false;
    const auto is_of = [&](const std::string& kind) {
      return text.starts_with(R"({"kind":")" + kind + "\"");
    };
    if (!query_.kinds.empty() && std::none_of(query_.kinds.begin(), query_.kinds.end(), is_of)) return false;
    if (query_.patients.empty() || !text.starts_with(R"({"kind":"disclosure")")) return true;
    return std::any_of(query_.patients.begin(), query_.patients.end(), is_in);
  }

  bool fits(Value entry) const {
    if (!query_.recipient.empty() && entry["recipient"].text() != "Organization/" + query_.recipient)
      return false;
    if (!query_.event.empty() && entry["event"].text() != query_.event) return false;
    return query_.patients.empty() || is_of_patient(entry);
  }

 private:
  bool is_of_patient(Value entry) const {
    const auto wanted = [&](const fhir::Reference& patient) {
      return std::find(query_.patients.begin(), query_.patients.end(), patient) != query_.patients.end();
    };
    const std::vector<fhir::Reference> named = owners_.all(entry);
    return std::any_of(named.begin(), named.end(), wanted);
  }

  const AuditQuery& query_;
  Owners& owners_;
  std::vector<std::string> needed_;
};

Value or_null(Value value) { return value ? value : json::Arena::null(); }

// What a list shows of an entry.
std::vector<Member> entry_members(json::Arena& arena, const store::LedgerEntry& entry, Value sealed,
                                  Owners& owners) {
  std::vector<Value> patients;
  for (const fhir::Reference& patient : owners.all(sealed)) patients.push_back(arena.string(patient));
  const bool is_chained = entry.number > 0;
  return {{"id", arena.string(is_chained ? std::to_string(entry.number) : waiting_id(entry))},
          {"number", is_chained ? arena.integer(entry.number) : json::Arena::null()},
          {"at", arena.string(format_instant(entry.at))},
          {"kind", or_null(sealed["kind"])},
          {"patients", arena.array(patients)},
          {"recipient", or_null(sealed["recipient"])},
          {"actor", or_null(sealed["client"] ? sealed["client"] : sealed["actor"])},
          {"purpose", or_null(sealed["purpose"])},
          {"event", or_null(sealed["event"])},
          {"channel", or_null(sealed["channel"] ? sealed["channel"] : sealed["action"])},
          {"basis", or_null(sealed["basis"])},
          {"rule_set", or_null(sealed["ruleSet"])},
          {"outcome", or_null(sealed["outcome"])},
          {"resource_count", arena.integer((long long)sealed["resources"].size())}};
}

std::string shown(const store::LedgerEntry& entry, const store::Snapshot& snapshot) {
  json::Arena arena;
  Owners owners(snapshot);
  const auto parsed = json::parse(entry.text);
  const Value sealed = parsed ? parsed->root() : Value();
  std::vector<Member> members = entry_members(arena, entry, sealed, owners);
  members.push_back({"entry", sealed ? sealed : arena.string(entry.text)});
  return json::write(arena.object(members));
}

// One page, filled while the ledger is read.
class Page {
 public:
  Page(const AuditQuery& query, const store::Snapshot& snapshot)
      : query_(query), owners_(snapshot), filter_(query_, owners_) {
    if (query.cursor)
      place_ = {Instant{std::chrono::milliseconds{query.cursor->first}}, std::size_t(query.cursor->second)};
  }

  std::optional<store::LedgerPlace> begin() const {
    return query_.cursor ? std::optional(place_) : std::nullopt;
  }

  bool take(const store::LedgerEntry& entry) {
    if (++looked_at_ > limits::ledger_entries_looked_at) return end();
    if (filter_.may_fit(entry.text)) {
      const auto parsed = json::parse(entry.text);
      const Value sealed = parsed ? parsed->root() : Value();
      if (filter_.fits(sealed)) {
        if (entries_.size() == query_.limit) return end();
        entries_.push_back(json::copy(arena_, arena_.object(entry_members(arena_, entry, sealed, owners_))));
      }
    }
    place_ = {entry.at, entry.at == place_.at ? place_.visited + 1 : 1};
    return true;
  }

  bool is_empty() const { return entries_.empty() && !has_more_; }
  std::string json() {
    std::vector<Member> members = {{"entries", arena_.array(entries_)}};
    if (has_more_)
      members.push_back({"next", arena_.string(cursor_text(ms(place_.at), std::int64_t(place_.visited)))});
    return json::write(arena_.object(members));
  }

 private:
  bool end() {
    has_more_ = true;
    return false;
  }

  const AuditQuery& query_;
  json::Arena arena_;
  Owners owners_;
  Filter filter_;
  std::vector<Value> entries_;
  store::LedgerPlace place_;
  std::size_t looked_at_ = 0;
  bool has_more_ = false;
};

}  // namespace

Result<std::string> ledger_page(const store::LedgerReading& ledger, const AuditParameters& parameters) {
  const auto query = read_audit_query(parameters, {outcomes, kinds}, ledger.snapshot());
  if (!query) return query.error();
  Page page(*query, ledger.snapshot());
  ledger.walk(query->since.value_or(Instant::min()), query->until.value_or(Instant::max()), page.begin(),
              [&page](const store::LedgerEntry& entry) { return page.take(entry); });
  if (page.is_empty() && !query->is_recipient_known && !query->cursor)
    return problem(Kind::incorrect,
                   "no entry names " + query->recipient + ", and no such Organization is stored",
                   "recipient");
  return page.json();
}

Result<std::string> ledger_item(const store::LedgerReading& ledger, std::string_view id) {
  std::string found;
  const auto show = [&](const store::LedgerEntry& entry) { found = shown(entry, ledger.snapshot()); };
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
  const std::string_view rest(end, std::size_t(id.data() + id.size() - end));
  if (error == std::errc{} && rest.empty()) ledger.find(number, show);
  if (error == std::errc{} && rest.size() == 1 + digest_characters && rest.front() == '-') {
    const Instant at{std::chrono::milliseconds{number}};
    ledger.walk(at, at, std::nullopt, [&](const store::LedgerEntry& entry) {
      if (waiting_id(entry) == id) show(entry);
      return found.empty();
    });
  }
  if (found.empty()) return problem(Kind::not_found, "there is no such entry", "id");
  return found;
}

}  // namespace handoff::disclosure
