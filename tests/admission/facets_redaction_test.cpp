// Compares index rows with redaction. If a row's facet lets a recipient through, the recipient finds the same
// row in what redaction leaves of the resource. It covers every element of every type, and Patients of two
// disclosers.
#include <random>

#include "../consent/stuffed.h"
#include "../fhir_names.h"
#include "../sample_gateway.h"
#include "admission/facets.h"
#include "consent/contributions.h"
#include "consent/discloser_marks.h"
#include "consent/fold.h"
#include "consent/redaction.h"

namespace handoff::admission {
namespace {

using json::Value;

const fhir::Definitions& r4() { return fhir::Definitions::r4(); }

consent::Directive permit(const std::string& discloser, bool of_justice) {
  consent::Directive d;
  d.identifier = discloser;
  d.status = "active";
  d.organizations = {discloser};
  d.root.type = consent::ProvisionType::permit;
  d.root.actors = {"Organization/ORG-PCP1"};
  d.root.purposes = {"TREAT"};
  if (of_justice) d.root.sensitivities = {"JI"};
  return d;
}

struct World {
  std::string recipient;
  std::vector<consent::Directive> directives;
};
// Neither discloser permits, one of them, or both; with booking numbers or without. A discloser asks, too.
std::vector<World> worlds() {
  const std::string a = "Organization/ORG-ADV", b = "Organization/ORG-HOC", pcp = "Organization/ORG-PCP1";
  return {{pcp, {}},
          {pcp, {permit(a, false)}},
          {pcp, {permit(b, true)}},
          {pcp, {permit(a, false), permit(b, true)}},
          {pcp, {permit(a, true), permit(b, true)}},
          {pcp, {permit(a, false), permit(b, false)}},
          {a, {}},
          {b, {}}};
}

struct Count {
  int shown = 0, kept_back = 0;
};

template <class Row>
void compare(const Faceted& made, const search::IndexRows& left, std::vector<Row> search::IndexRows::*table,
             const auto& permits, Count& count) {
  for (const Row& row : made.rows.*table) {
    const bool remains = std::binary_search((left.*table).begin(), (left.*table).end(), row);
    const bool permitted = permits(made.shapes.at(row.facet.number));
    EXPECT_TRUE(remains || !permitted)
        << "parameter " << (row.parameter & 0xFFFF) << " of " << made.shapes.at(row.facet.number);
    permitted ? ++count.shown : ++count.kept_back;
  }
}

// Counts the rows that are found and not found, over all worlds.
Count compare(Value resource, const consent::Row& row) {
  const Faceted made = with_facets(sample::shared_indexer(), r4(), resource, row);
  Count count;
  for (const World& world : worlds()) {
    const consent::Asker asker{world.recipient, {}, "TREAT", Instant{}};
    const consent::RowDecision decision = consent::decide_row(asker, row, world.directives);
    json::Arena arena;
    const auto left = consent::redact(arena, resource,
                                      {decision.disclosers, decision.bookings, decision.internal, {}}, r4());
    if (decision.permit && !left) continue;  // the view asks the resource itself
    const search::IndexRows rows =
        decision.permit ? sample::shared_indexer().extract(*left) : search::IndexRows{};
    const auto permits = [&](const std::string& shape) {
      if (shape.empty()) return decision.permit;  // the view asks the resource itself
      return consent::decide_row(asker, *consent::row_of(shape), world.directives).permit;
    };
    compare(made, rows, &search::IndexRows::tokens, permits, count);
    compare(made, rows, &search::IndexRows::references, permits, count);
    compare(made, rows, &search::IndexRows::uris, permits, count);
    compare(made, rows, &search::IndexRows::strings, permits, count);
    compare(made, rows, &search::IndexRows::dates, permits, count);
    compare(made, rows, &search::IndexRows::numbers, permits, count);
  }
  return count;
}

std::string with_bookings(std::string text) {
  constexpr std::string_view before = R"("system":"urn:planted","value":)";
  const std::string after = R"("system":")" + std::string(consent::booking_system) + R"(","value":)";
  for (auto at = text.find(before); at != text.npos; at = text.find(before, at))
    text.replace(at, before.size(), after);
  return text;
}

TEST(FacetsAndRedaction, AgreeOnEveryElementOfEveryType) {
  const auto reference_to = [](const std::vector<std::string_view>& targets) {
    const bool related = std::find(targets.begin(), targets.end(), "RelatedPerson") != targets.end();
    return related ? std::string("RelatedPerson/r")
                   : std::string(targets.empty() ? "Patient" : targets.front()) + "/a";
  };
  Count all;
  for (const fhir::Type* type : r4().resources()) {
    json::Arena arena;
    const Value stuffed = consent::Stuffed(arena, reference_to).resource(type->name);
    const auto parsed = json::parse(with_bookings(json::write(stuffed)));
    ASSERT_TRUE(parsed);
    for (const auto& [incident, patient] :
         {std::pair(false, "Patient/a"_ref), std::pair(true, "Patient/a"_ref), std::pair(false, ""_ref)}) {
      consent::Labels labels;
      if (incident) labels.marks = {"INCIDENT"};
      const Value resource =
          consent::with_labels(arena, json::with_member(arena, parsed->root(), "meta", {}), labels);
      const std::string_view discloser = "ORG-HOC";
      const Count count = compare(resource, consent::make_row(resource, patient, {&discloser, 1}));
      all.shown += count.shown;
      all.kept_back += count.kept_back;
    }
    if (testing::Test::HasFailure()) FAIL() << type->name;
  }
  EXPECT_GT(all.shown, 5'000);
  EXPECT_GT(all.kept_back, 5'000);
}

class RandomPatient {
 public:
  explicit RandomPatient(unsigned seed) : random_(seed) {}
  std::string text() {
    std::string out = R"({"resourceType":"Patient","id":"p1")";
    out += R"(,"identifier":[)" + list([this] {
             return R"("system":")" + std::string(any({consent::booking_system, "urn:m", "urn:n"})) +
                    R"(","value":")" + digit() + '"';
           });
    out += R"(],"telecom":[)" + list([this] { return R"("system":"phone","value":")" + digit() + '"'; });
    out += R"(],"name":[)" +
           list([this] { return R"("family":"F)" + digit() + R"(","given":["G)" + digit() + "\"]"; });
    out += R"(],"birthDate":"1990-02-03","_birthDate":{)" + marks() + R"(},"gender":"female","_gender":{)" +
           marks() + "}}";
    return out;
  }

 private:
  std::size_t pick(std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_);
  }
  std::string_view any(std::vector<std::string_view> all) { return all[pick(all.size())]; }
  std::string digit() { return std::string(1, char('1' + pick(4))); }
  std::string marks() {
    std::string out = R"("extension":[{"url":"urn:x","valueInteger":1})";
    for (const char* discloser : {"ORG-ADV", "ORG-HOC"})
      if (pick(2) == 0)
        out += R"(,{"url":")" + std::string(consent::discloser_extension) +
               R"(","valueReference":{"reference":"Organization/)" + discloser + "\"}}";
    return out + "]";
  }
  std::string list(const auto& members) {
    std::string out;
    for (std::size_t i = 1 + pick(4); i > 0; --i)
      out += (out.empty() ? "{" : ",{") + members() + "," + marks() + "}";
    return out;
  }
  std::mt19937 random_;
};

TEST(FacetsAndRedaction, AgreeOnPatientsOfTwo) {
  Count all;
  const std::string_view disclosers[] = {"ORG-ADV", "ORG-HOC"};
  for (unsigned seed = 0; seed < 300 && !testing::Test::HasFailure(); ++seed) {
    const std::string text = RandomPatient(seed).text();
    const auto parsed = json::parse(text);
    ASSERT_TRUE(parsed) << text;
    const Count count =
        compare(parsed->root(), consent::make_row(parsed->root(), "Patient/p1"_ref, disclosers));
    all.shown += count.shown;
    all.kept_back += count.kept_back;
    EXPECT_FALSE(testing::Test::HasFailure()) << text;
  }
  EXPECT_GT(all.shown, 5'000);
  EXPECT_GT(all.kept_back, 5'000);
}

}  // namespace
}  // namespace handoff::admission
