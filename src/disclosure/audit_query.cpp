#include "disclosure/audit_query.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/civil.h"
#include "core/hash.h"
#include "core/number.h"
#include "core/text.h"
#include "fhir/definitions.h"
#include "fhir/reference.h"
#include "json/document.h"
#include "search/index_rows.h"
#include "store/outbox.h"
#include "store/resources.h"

namespace handoff::disclosure {
namespace {

// Hashes may collide. No identifier is on this many Patients.
constexpr std::size_t candidates_max = 1'000;

Problem wrong(std::string_view parameter, std::string what) {
  return problem(Kind::incorrect, std::move(what), std::string(parameter));
}

std::string choice(const auto& possible) { return fmt::format("{}", fmt::join(possible, ", ")); }

bool has_identifier(std::string_view patient, std::string_view system, std::string_view value) {
  const auto parsed = json::parse(patient);
  if (!parsed) return false;
  const auto all = parsed->root()["identifier"].items();
  return std::any_of(all.begin(), all.end(), [&](json::Value one) {
    return one["system"].text() == system && one["value"].text() == value;
  });
}

class Reader {
 public:
  Reader(const AuditTerms& terms, const store::Snapshot& snapshot) : terms_(terms), snapshot_(snapshot) {}

  Result<AuditQuery> read(const AuditParameters& parameters) {
    std::vector<std::string> names;
    for (const auto& [name, value] : parameters) {
      if (std::find(names.begin(), names.end(), name) != names.end())
        return wrong(shown_text(name), "is given twice");
      names.push_back(name);
      if (auto taken = take(name, value); !taken) return taken.error();
    }
    if (query_.since && query_.until && *query_.until < *query_.since)
      return wrong("until", "ends before \"since\" begins");
    return std::move(query_);
  }

 private:
  using Take = Result<void> (Reader::*)(std::string_view value);

  Result<void> take(std::string_view name, std::string_view value) {
    static constexpr std::pair<std::string_view, Take> all[] = {
        {"patient", &Reader::take_patient}, {"recipient", &Reader::take_recipient},
        {"event", &Reader::take_event},     {"outcome", &Reader::take_outcome},
        {"kind", &Reader::take_kind},       {"since", &Reader::take_since},
        {"until", &Reader::take_until},     {"cursor", &Reader::take_cursor},
        {"limit", &Reader::take_limit}};
    for (const auto& [known, function] : all) {
      if (known != name || (name == "kind" && terms_.kinds.empty())) continue;
      if (value.empty()) return wrong(name, "has no value");
      return (this->*function)(value);
    }
    return wrong(shown_text(name), "is no parameter of this list");
  }

  Result<void> take_patient(std::string_view value) {
    if (const auto bar = value.find('|'); bar != value.npos)
      return take_identifier(value.substr(0, bar), value.substr(bar + 1));
    const std::string_view id = value.starts_with("Patient/") ? value.substr(8) : value;
    if (!fhir::is_id(id))
      return wrong("patient", "is neither a Patient (Patient/ID or ID) nor an identifier (system|value)");
    if (!snapshot_.resources().find("Patient", id)) return wrong("patient", "there is no such Patient");
    query_.patients = {fhir::Reference("Patient", id)};
    return {};
  }

  // Uses the identifiers in Patients, and those that recognition knows.
  Result<void> take_identifier(std::string_view system, std::string_view value) {
    std::vector<fhir::Reference>& found = query_.patients;
    for (const fhir::ResourceId& id : snapshot_.resources().identified(system, value))
      found.emplace_back("Patient", id);
    const auto& definitions = fhir::Definitions::r4();
    const auto key = search::parameter_key(definitions, "Patient",
                                           *definitions.find_search_parameter("Patient", "identifier"));
    for (const store::Version& version :
         snapshot_.resources().with_token(key, hash64(fmt::format("{}|{}", system, value)), candidates_max))
      if (has_identifier(version.body, system, value)) found.emplace_back("Patient", version.id);
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    if (found.empty()) return wrong("patient", "no Patient has this identifier");
    return {};
  }

  Result<void> take_recipient(std::string_view value) {
    constexpr std::string_view type = "Organization/";
    query_.recipient = value.starts_with(type) ? value.substr(type.size()) : value;
    if (!fhir::is_id(query_.recipient))
      return wrong("recipient", "must be an organization (ORG-PCP1 or Organization/ORG-PCP1)");
    query_.is_recipient_known = snapshot_.resources().find("Organization", query_.recipient).has_value() ||
                                snapshot_.outbox().is_recipient(query_.recipient);
    return {};
  }

  // Each event that is pushed has rows in the outbox. If the outbox is empty, any event is accepted.
  Result<void> take_event(std::string_view value) {
    const std::vector<std::string> known = snapshot_.outbox().events();
    if (!known.empty() && std::find(known.begin(), known.end(), value) == known.end())
      return wrong("event", fmt::format("no delivery has the event {}; known events: {}", shown_text(value),
                                        choice(known)));
    query_.event = value;
    return {};
  }

  Result<void> take_outcome(std::string_view value) {
    return take_terms("outcome", value, terms_.outcomes, query_.outcomes);
  }
  Result<void> take_kind(std::string_view value) {
    return take_terms("kind", value, terms_.kinds, query_.kinds);
  }
  Result<void> take_terms(std::string_view name, std::string_view value,
                          std::span<const std::string_view> known, std::vector<std::string>& chosen) {
    for (const std::string_view term : split(value, ',')) {
      if (std::find(known.begin(), known.end(), term) == known.end())
        return wrong(name, fmt::format("there is no {} \"{}\"; possible values: {}", name, shown_text(term),
                                       choice(known)));
      chosen.emplace_back(term);
    }
    return {};
  }

  Result<void> take_since(std::string_view value) {
    const auto span = span_of(value);
    if (!span) return wrong("since", not_a_time);
    query_.since = span->first;
    return {};
  }
  Result<void> take_until(std::string_view value) {
    const auto span = span_of(value);
    if (!span) return wrong("until", not_a_time);
    query_.until = span->last;
    return {};
  }

  Result<void> take_cursor(std::string_view value) {
    const auto parts = split(value, '.');
    const auto first = parse_number<std::int64_t>(parts.front()),
               second = parse_number<std::int64_t>(parts.back());
    if (parts.size() != 2 || !first || !second || *second < 0)
      return wrong("cursor", "must be a value that a list gave as \"next\"");
    query_.cursor = {*first, *second};
    return {};
  }
  Result<void> take_limit(std::string_view value) {
    const auto limit = parse_number<std::size_t>(value);
    if (!limit || *limit == 0 || *limit > limits::audit_page_max)
      return wrong("limit", fmt::format("must be a number from 1 to {}", limits::audit_page_max));
    query_.limit = *limit;
    return {};
  }

  static constexpr const char* not_a_time =
      "must be a date (2024-06-30) or a dateTime (2024-06-30T08:00:00-04:00)";
  const AuditTerms& terms_;
  const store::Snapshot& snapshot_;
  AuditQuery query_;
};

}  // namespace

Result<AuditQuery> read_audit_query(const AuditParameters& parameters, const AuditTerms& terms,
                                    const store::Snapshot& snapshot) {
  return Reader(terms, snapshot).read(parameters);
}

std::string cursor_text(std::int64_t first, std::int64_t second) {
  return fmt::format("{}.{}", first, second);
}

}  // namespace handoff::disclosure
