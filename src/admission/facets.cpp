#include "admission/facets.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "consent/contributions.h"
#include "consent/fold.h"

namespace handoff::admission {
namespace {

using json::Arena;
using json::Member;
using json::Value;
using search::IndexRows;

constexpr auto tables =
    std::tuple{&IndexRows::tokens, &IndexRows::references, &IndexRows::uris, &IndexRows::strings, &IndexRows::dates, &IndexRows::numbers};

bool is_booking(Value identifier) { return identifier["system"].text() == booking_system; }

bool has_bookings(Value resource) {
  const Value identifier = resource["identifier"];
  const auto items = identifier.items();
  return is_booking(identifier) || std::any_of(items.begin(), items.end(), is_booking);
}

Value without_bookings(Arena& arena, Value resource) {
  std::vector<Value> kept;
  for (const Value item : resource["identifier"].items())
    if (!is_booking(item)) kept.push_back(item);
  return json::with_member(arena, resource, "identifier", kept.empty() ? Value{} : arena.array(kept));
}

// What a resource says of itself, rather than somebody of the person.
Value of_itself(Arena& arena, Value resource) {
  std::vector<Member> members;
  for (const Member& member : resource.members())
    if (member.key == "resourceType" || member.key == "id" || member.key == "meta") members.push_back(member);
  return arena.object(members);
}

// Is nothing missing in what the discloser gave? A primitive's marks stand beside it and decide over it.
bool is_whole(Value patient, Value given) {
  const auto members = patient.members();
  return std::all_of(members.begin(), members.end(), [&](const Member& member) {
    if (member.key == "meta" || member.key == "text" || member.key.starts_with('_')) return true;
    const Value part = given[member.key];
    return part && (!member.value.is_array() || part.size() == member.value.size());
  });
}

// A resource with all that its index rows may be asked for.
class Facets {
 public:
  Facets(const search::Indexer& indexer, Value resource, const consent::Row& row)
      : indexer_(indexer), resource_(resource), row_(row), booked_(has_bookings(resource)) {
    result_.shapes = {consent::shape_of(row)};
    result_.rows = indexer.extract(resource);
    facets_[{row.booking, row.disclosers}] = 0;
  }

  Faceted take() {
    const bool divided = row_.type == "Patient" && !is_one_whole();
    if (!divided && !booked_) return std::move(result_);
    const Value plain = booked_ ? without_bookings(arena_, resource_) : resource_;
    if (booked_) plain_ = indexer_.extract(plain);
    itself_ = indexer_.extract(of_itself(arena_, resource_));
    if (divided) {
      given_ = rows_given(plain);
      given_with_bookings_ = booked_ ? rows_given(resource_) : given_;
    }
    std::apply([this](auto... table) { (mark(table), ...); }, tables);
    return std::move(result_);
  }

 private:
  using Given = std::map<std::string, IndexRows>;  // by discloser

  Value given_by(const std::string& discloser, Value patient) { return consent::given_by(arena_, patient, {&discloser, 1}); }

  bool is_one_whole() {
    return std::all_of(row_.disclosers.begin(), row_.disclosers.end(),
                       [this](const std::string& discloser) { return is_whole(resource_, given_by(discloser, resource_)); });
  }

  Given rows_given(Value patient) {
    Given given;
    for (const std::string& discloser : row_.disclosers) given[discloser] = indexer_.extract(given_by(discloser, patient));
    return given;
  }

  template <class Row>
  static bool has(const IndexRows& rows, std::vector<Row> IndexRows::*table, const Row& row) {
    return std::binary_search((rows.*table).begin(), (rows.*table).end(), row);
  }

  template <class Row>
  void mark(std::vector<Row> IndexRows::*table) {
    for (Row& row : result_.rows.*table) {
      if (has(itself_, table, row)) continue;
      const bool booking = booked_ && !has(plain_, table, row);
      const Given& given = booking ? given_with_bookings_ : given_;
      std::vector<std::string> disclosers;
      for (const std::string& discloser : row_.disclosers)
        if (given.empty() || has(given.at(discloser), table, row)) disclosers.push_back(discloser);
      row.facet.number = facet_of(booking, std::move(disclosers));
    }
  }

  std::uint16_t facet_of(bool booking, std::vector<std::string> disclosers) {
    const auto [known, is_new] = facets_.try_emplace({booking, disclosers}, std::uint16_t(result_.shapes.size()));
    if (!is_new) return known->second;
    consent::Row row = row_;
    row.booking = booking;
    row.disclosers = std::move(disclosers);
    result_.shapes.push_back(consent::shape_of(row));
    return known->second;
  }

  const search::Indexer& indexer_;
  const Value resource_;
  const consent::Row& row_;
  const bool booked_;
  Arena arena_;
  Faceted result_;
  IndexRows itself_, plain_;           // plain: without booking numbers
  Given given_, given_with_bookings_;  // empty: everybody gave everything
  std::map<std::pair<bool, std::vector<std::string>>, std::uint16_t> facets_;
};

}  // namespace

Faceted with_facets(const search::Indexer& indexer, Value resource, const consent::Row& row) {
  return Facets(indexer, resource, row).take();
}

}  // namespace handoff::admission
