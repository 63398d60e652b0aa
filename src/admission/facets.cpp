#include "admission/facets.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "consent/contributions.h"
#include "consent/fold.h"
#include "consent/recipients.h"
#include "consent/redaction.h"
#include "fhir/reference.h"

namespace handoff::admission {
namespace {

using json::Arena;
using json::Member;
using json::Value;
using search::IndexRows;

constexpr auto tables = std::tuple{&IndexRows::tokens,  &IndexRows::references, &IndexRows::uris,
                                   &IndexRows::strings, &IndexRows::dates,      &IndexRows::numbers};

// The parser's limit bounds the depth.
bool has_booking(Value value) {
  if (value["system"].text() == consent::booking_system) return true;
  const auto members = value.members();
  const auto items = value.items();
  return std::any_of(members.begin(), members.end(),
                     [](const Member& member) { return has_booking(member.value); }) ||
         std::any_of(items.begin(), items.end(), has_booking);
}

// Removes only the booking numbers, because redaction would also remove a Patient's elements by their
// disclosers. Looking at `identifier` is enough: no other Identifier of a Patient has index rows.
Value without_bookings(Arena& arena, Value patient) {
  std::vector<Value> kept;
  for (const Value item : patient["identifier"].items())
    if (item["system"].text() != consent::booking_system) kept.push_back(item);
  return json::with_member(arena, patient, "identifier", kept.empty() ? Value{} : arena.array(kept));
}

// What the resource says of itself, not what somebody says of the person. Labels are left out, because they
// come from what each discloser gave. A Patient's profiles are left out, because disclosers claim them.
Value of_itself(Arena& arena, Value resource) {
  std::vector<Member> members;
  for (const Member& member : resource.members())
    if (member.key == "resourceType" || member.key == "id") members.push_back(member);
    else if (member.key == "meta")
      members.push_back({member.key, json::with_member(arena, member.value, "security", {})});
  if (resource["resourceType"].text() == "Patient")
    for (Member& member : members)
      if (member.key == "meta") member.value = json::with_member(arena, member.value, "profile", {});
  return arena.object(members);
}

// Did the discloser give everything? A primitive's marks stand in the member beside it ("_birthDate") and
// decide about it.
bool is_whole(Value patient, Value given) {
  const auto members = patient.members();
  return std::all_of(members.begin(), members.end(), [&](const Member& member) {
    if (member.key == "text" || member.key.starts_with('_')) return true;
    if (member.key == "meta")
      return given["meta"]["security"].size() == member.value["security"].size() &&
             given["meta"]["profile"].size() == member.value["profile"].size();
    const Value part = given[member.key];
    return part && (!member.value.is_array() || part.size() == member.value.size());
  });
}

// A package's parameter may look at any element. Its match could reveal that something else is absent.
bool has_added(const IndexRows& rows) {
  const auto is_added = [](const auto& row) { return search::is_added(row.parameter); };
  const auto any = [&](const auto& table) { return std::any_of(table.begin(), table.end(), is_added); };
  return any(rows.tokens) || any(rows.references) || any(rows.uris) || any(rows.strings) || any(rows.dates) ||
         any(rows.numbers);
}

// Whose element a row was made from: what a decision must check in addition to the resource as a whole.
struct Kind {
  bool booking = false;
  bool third_party = false;
  std::vector<std::string> disclosers = {};
  std::vector<std::string> named = {};  // the recipients of a Consent that see the element
  auto operator<=>(const Kind&) const = default;
};

// A resource, with the variants of it that decide who may find its index rows.
class Facets {
 public:
  Facets(const search::Indexer& indexer, const fhir::Definitions& definitions, Value resource,
         consent::Row row, const fhir::Reference& patient)
      : indexer_(indexer),
        definitions_(definitions),
        resource_(resource),
        row_(std::move(row)),
        patient_(patient) {
    const consent::Worst worst = consent::at_worst(arena_, resource, {}, definitions, patient_);
    row_.asks = worst.all;
    is_patient_ = row_.type == "Patient";
    has_bookings_ = has_booking(resource);
    is_reserved_ = row_.type == "AdverseEvent" || row_.labels.marks.contains("INCIDENT") ||
                   consent::holds_reserved(resource);
    result_.shapes = {consent::shape_of(row_)};
    result_.rows = indexer.extract(resource);
    names_others_ =
        consent::refers_to_another(resource, patient_.empty() ? fhir::patient_of(resource) : patient_);
    is_bare_asked_ = worst.took_along || names_others_ || has_added(result_.rows);
    facets_[{row_.booking, row_.third_party, row_.disclosers, row_.named}] = 0;
  }

  Faceted take() {
    const bool divided = is_patient_ && !is_one_whole();
    if (is_bare_asked_) {
      bare_ = indexer_.extract(
          consent::at_worst(arena_, resource_, row_.disclosers, definitions_, patient_).left);
      if (!names_others_) bare_.references = result_.rows.references;
      else if (const Value left = without_others()) bare_.references = indexer_.extract(left).references;
    }
    seen_ = rows_seen();
    if (!divided && !has_bookings_ && !is_reserved_ && !is_bare_asked_ && seen_.empty())
      return std::move(result_);
    itself_ = indexer_.extract(of_itself(arena_, resource_));
    const Value plain = !has_bookings_ ? resource_
                        : is_patient_  ? without_bookings(arena_, resource_)
                                       : redacted(true);
    if (has_bookings_) plain_ = indexer_.extract(plain);
    if (is_reserved_) outward_ = indexer_.extract(redacted(false));
    if (divided) {
      given_ = rows_given(plain);
      given_with_bookings_ = has_bookings_ ? rows_given(resource_) : given_;
    }
    std::apply([this](auto... table) { (mark(table), ...); }, tables);
    return std::move(result_);
  }

 private:
  using Given = std::map<std::string, IndexRows>;  // by discloser

  // The resource as it leaves for those who see no booking numbers. Absent if nothing would be left.
  Value redacted(bool internal) {
    return consent::redact(arena_, resource_,
                           {row_.disclosers, {}, internal, {}, false, patient_, true, row_.named},
                           definitions_)
        .value_or(Value{});
  }

  // The resource as if every other Patient were hidden. The search itself checks if the targets of other
  // references are visible. Absent if nothing would be left.
  Value without_others() {
    const fhir::Reference own = patient_.empty() ? fhir::patient_of(resource_) : patient_;
    consent::Redaction redaction{row_.disclosers, row_.disclosers};
    redaction.hides = [&own](std::string_view reference) {
      return reference.starts_with("Patient/") && reference != own.text();
    };
    redaction.keeps_reserved = true;
    redaction.patient = own;
    redaction.recipients = row_.named;
    return consent::redact(arena_, resource_, redaction, definitions_).value_or(Value{});
  }

  Value given_by(const std::string& discloser, Value patient) {
    return consent::given_by(arena_, patient, {&discloser, 1});
  }

  bool is_one_whole() {
    return std::all_of(row_.disclosers.begin(), row_.disclosers.end(), [this](const std::string& discloser) {
      return is_whole(resource_, given_by(discloser, resource_));
    });
  }

  Given rows_given(Value patient) {
    Given given;
    for (const std::string& discloser : row_.disclosers)
      given[discloser] = indexer_.extract(given_by(discloser, patient));
    return given;
  }

  // The rows of a Consent, by recipient. Empty if each recipient sees the whole.
  Given rows_seen() {
    Given seen;
    bool is_whole = true;
    for (const std::string& recipient : row_.named) {
      const Value left = consent::as_seen_by(arena_, resource_, {&recipient, 1});
      is_whole &= left.storage() == resource_.storage();
      seen[recipient] = indexer_.extract(left);
    }
    return is_whole ? Given{} : seen;
  }

  template <class Row>
  static bool has(const IndexRows& rows, std::vector<Row> IndexRows::*table, const Row& row) {
    return std::binary_search((rows.*table).begin(), (rows.*table).end(), row);
  }

  template <class Row>
  void mark(std::vector<Row> IndexRows::*table) {
    for (Row& row : result_.rows.*table) {
      const bool is_added = search::is_added(row.parameter),
                 is_plain = !is_added || indexer_.is_plain(row.parameter);
      if (is_plain && has(itself_, table, row)) continue;
      Kind kind;
      kind.booking = has_bookings_ && !has(plain_, table, row);
      kind.third_party = is_reserved_ && !kind.booking && !has(outward_, table, row);
      kind.third_party |= row_.third_party || !is_plain || (is_bare_asked_ && !has(bare_, table, row));
      for (const std::string& recipient : row_.named)
        if (seen_.empty() || has(seen_.at(recipient), table, row)) kind.named.push_back(recipient);
      const Given& given = kind.booking ? given_with_bookings_ : given_;
      for (const std::string& discloser : row_.disclosers)
        if (given.empty() || has(given.at(discloser), table, row)) kind.disclosers.push_back(discloser);
      row.facet.number = facet_of(kind);
    }
  }

  std::uint16_t facet_of(const Kind& kind) {
    const auto [known, is_new] = facets_.try_emplace(kind, std::uint16_t(result_.shapes.size()));
    if (!is_new) return known->second;
    consent::Row row = row_;
    row.booking = kind.booking;
    row.third_party = kind.third_party;
    row.disclosers = kind.disclosers;
    row.named = kind.named;
    result_.shapes.push_back(consent::shape_of(row));
    return known->second;
  }

  const search::Indexer& indexer_;
  const fhir::Definitions& definitions_;
  const Value resource_;
  consent::Row row_;
  const fhir::Reference patient_;
  bool is_patient_ = false, has_bookings_ = false, is_reserved_ = false, is_bare_asked_ = false;
  bool names_others_ = false;  // other Patients
  Arena arena_;
  Faceted result_;
  IndexRows itself_, plain_, outward_;  // plain: without booking numbers; outward: also without third parties
  IndexRows bare_;                      // without references that may be hidden, and what goes with them
  Given given_, given_with_bookings_;   // empty: everybody gave everything
  Given seen_;
  std::map<Kind, std::uint16_t> facets_;
};

}  // namespace

Faceted with_facets(const search::Indexer& indexer, const fhir::Definitions& definitions, Value resource,
                    consent::Row row, const fhir::Reference& patient) {
  return Facets(indexer, definitions, resource, std::move(row), patient).take();
}

}  // namespace handoff::admission
