#include "admission/facets.h"

#include "../sample_gateway.h"
#include "consent/contributions.h"
#include "consent/discloser_marks.h"
#include "consent/fold.h"
#include "consent/redaction.h"
#include "core/hash.h"
#include "core/text.h"
#include "store/grants.h"
#include "store/search.h"

namespace handoff::admission {
namespace {

constexpr const char* adv = "Organization/ORG-ADV";
constexpr const char* hoc = "Organization/ORG-HOC";

// The extension member that names the disclosers of an element.
std::string given_by(const std::vector<std::string>& disclosers) {
  std::string out = R"("extension":[)";
  for (const std::string& discloser : disclosers)
    out += (out.back() == '[' ? "" : ",") + (R"({"url":")" + std::string(consent::discloser_extension)) +
           R"(","valueReference":{"reference":")" + discloser + R"("}})";
  return out + "]";
}

class FacetsTest : public testing::Test {
 protected:
  void make(const std::string& resource, const std::vector<std::string>& disclosers) {
    const auto parsed = json::parse(resource);
    ASSERT_TRUE(parsed) << resource;
    type_ = std::string(parsed->root()["resourceType"].text());
    made_ = with_facets(sample::shared_indexer(), fhir::Definitions::r4(), parsed->root(),
                        {type_, {}, disclosers});
    const search::IndexRows plain = sample::shared_indexer().extract(parsed->root());
    EXPECT_EQ(made_.rows.tokens, plain.tokens) << "facets add no rows and take none";
    EXPECT_EQ(made_.rows.strings, plain.strings);
    EXPECT_EQ(made_.rows.dates, plain.dates);
    EXPECT_EQ(consent::row_of(made_.shapes.at(0))->disclosers, disclosers);
  }
  search::ParameterKey key(std::string_view code) const {
    const auto& r4 = fhir::Definitions::r4();
    return search::parameter_key(r4, type_, *r4.find_search_parameter(type_, code));
  }
  // The disclosers that may let others find by this facet, and its kind if it is not ordinary. "itself" for
  // the resource's own facet.
  std::string who(search::Facet facet) const {
    if (facet.number == 0) return "itself";
    const auto row = consent::row_of(made_.shapes.at(facet.number));
    EXPECT_EQ(row->type, type_);
    std::string out = row->booking ? "booking:" : row->third_party ? "third party:" : "";
    for (const std::string& discloser : row->disclosers) out += discloser.substr(discloser.rfind('-'));
    return out.empty() ? "nobody" : out;
  }
  std::string token(std::string_view code, std::string_view value) const {
    for (const auto& row : made_.rows.tokens)
      if (row.parameter == key(code) && row.hash == hash64(value)) return who(row.facet);
    return "no row";
  }
  std::string string(std::string_view code, std::string_view value) const {
    for (const auto& row : made_.rows.strings)
      if (row.parameter == key(code) && row.value == fold(value)) return who(row.facet);
    return "no row";
  }
  std::string reference(std::string_view code, std::string_view target) const {
    for (const auto& row : made_.rows.references)
      if (row.parameter == key(code) && row.hash == hash64(target)) return who(row.facet);
    return "no row";
  }
  std::string uri(std::string_view code, std::string_view value) const {
    for (const auto& row : made_.rows.uris)
      if (row.parameter == key(code) && row.hash == hash64(value)) return who(row.facet);
    return "no row";
  }
  std::string only_date(std::string_view code) const {
    for (const auto& row : made_.rows.dates)
      if (row.parameter == key(code)) return who(row.facet);
    return "no row";
  }

  std::string type_;
  Faceted made_;
};

TEST_F(FacetsTest, WhatOneDiscloserGaveIsItsOwnFacet) {
  make(
      R"({"resourceType":"Patient","id":"p1","meta":{"profile":["http://p.example/x"],"security":[{"system":"s","code":"R"}]},
    "identifier":[{"system":"urn:m","value":"1",)" +
          given_by({adv, hoc}) + R"(},{"system":"urn:a","value":"2",)" + given_by({adv}) +
          R"(},{"system":"urn:b","value":"2",)" + given_by({hoc}) + R"(},{"system":"urn:u","value":"9"}],
    "name":[{"family":"Rivera","given":["Ana"],)" +
          given_by({adv}) + R"(},{"family":"Rivera","given":["Anita"],)" + given_by({hoc}) +
          R"(}],"telecom":[{"system":"phone","value":"555-1",)" + given_by({adv}) +
          R"(},{"system":"phone","value":"555-2",)" + given_by({hoc}) +
          R"(}],"gender":"female","_gender":{)" + given_by({hoc}) + R"(},"birthDate":"1990-02-03"})",
      {adv, hoc});
  EXPECT_EQ(token("identifier", "urn:m|1"), "itself") << "both gave it";
  EXPECT_EQ(token("identifier", "urn:a|2"), "-ADV");
  EXPECT_EQ(token("identifier", "urn:b|2"), "-HOC");
  EXPECT_EQ(token("identifier", "2"), "itself") << "either gave one";
  EXPECT_EQ(token("identifier", "urn:u|9"), "nobody") << "it carries nobody's mark";
  EXPECT_EQ(string("family", "Rivera"), "itself");
  EXPECT_EQ(string("given", "Ana"), "-ADV");
  EXPECT_EQ(string("given", "Anita"), "-HOC");
  EXPECT_EQ(token("phone", "555-1"), "-ADV");
  EXPECT_EQ(token("phone", "555-2"), "-HOC");
  EXPECT_EQ(token("gender", "female"), "-HOC");
  EXPECT_EQ(only_date("birthdate"), "nobody");
  EXPECT_EQ(token("_security", "s|R"), "itself") << "meta is the resource's";
  EXPECT_EQ(token("_id", "p1"), "itself");
  EXPECT_EQ(made_.shapes.size(), 4u) << "each shape once";
}

TEST_F(FacetsTest, AClaimedProfileIsThatOfItsDisclosers) {
  make(
      R"({"resourceType":"Patient","id":"p1","meta":{"profile":["http://p.example/x","http://p.example/y"],"_profile":[{)" +
          given_by({adv, hoc}) + "},{" + given_by({hoc}) +
          R"(}]},"gender":"unknown","name":[{"family":"Rivera",)" + given_by({adv, hoc}) + "}]}",
      {adv, hoc});
  EXPECT_EQ(uri("_profile", "http://p.example/x"), "itself");
  EXPECT_EQ(uri("_profile", "http://p.example/y"), "-HOC");
  EXPECT_EQ(token("gender", "unknown"), "nobody") << "else a search would tell where somebody gave another";
}

TEST_F(FacetsTest, OneDiscloserOfEverythingNeedsNone) {
  make(R"({"resourceType":"Patient","id":"p1","birthDate":"1990-02-03","_birthDate":{)" + given_by({adv}) +
           R"(},"telecom":[{"system":"phone","value":"555-1",)" + given_by({adv}) + "}]}",
       {adv});
  EXPECT_EQ(made_.shapes.size(), 1u);
  EXPECT_EQ(token("phone", "555-1"), "itself");
  EXPECT_EQ(only_date("birthdate"), "itself");
}

TEST_F(FacetsTest, OneDiscloserOfSomethingGaveNotTheRest) {
  make(
      R"({"resourceType":"Patient","id":"p1","birthDate":"1990-02-03","telecom":[{"system":"phone","value":"555-1",)" +
          given_by({adv}) + R"(},{"system":"phone","value":"555-2"}]})",
      {adv});
  EXPECT_EQ(token("phone", "555-1"), "itself");
  EXPECT_EQ(token("phone", "555-2"), "nobody");
  EXPECT_EQ(only_date("birthdate"), "nobody");
  make(R"({"resourceType":"Patient","id":"p1","birthDate":"1990-02-03"})", {});
  EXPECT_EQ(only_date("birthdate"), "itself") << "without disclosers there is nobody to tell apart";
}

TEST_F(FacetsTest, BookingNumbersAreTheirOwnFacetOnAnyResource) {
  const std::string booking = R"({"system":")" + std::string(consent::booking_system) + R"(","value":"77")";
  make(R"({"resourceType":"Encounter","id":"e1","status":"planned","identifier":[)" + booking +
           R"(},{"system":"urn:v","value":"5"}]})",
       {hoc});
  EXPECT_EQ(token("identifier", std::string(consent::booking_system) + "|77"), "booking:-HOC");
  EXPECT_EQ(token("identifier", "77"), "booking:-HOC");
  EXPECT_EQ(token("identifier", "urn:v|5"), "itself");
  EXPECT_EQ(token("status", "planned"), "itself");
  make(R"({"resourceType":"Encounter","id":"e1","status":"planned","identifier":[)" + booking +
           R"(},{"system":"urn:v","value":"77"}]})",
       {hoc});
  EXPECT_EQ(token("identifier", "77"), "itself") << "another number gives it, too";
  make(R"({"resourceType":"QuestionnaireResponse","id":"c1","status":"completed","identifier":)" + booking +
           "}}",
       {hoc});
  EXPECT_EQ(token("identifier", "77"), "booking:-HOC") << "also where there is only one";
}

TEST_F(FacetsTest, BookingNumbersAreFoundWhereverTheyStand) {
  const std::string booking = R"({"system":")" + std::string(consent::booking_system) + R"(","value":"77"})";
  make(
      R"({"resourceType":"ServiceRequest","id":"s1","status":"active","intent":"order","subject":{"reference":"Patient/p1"},
    "requisition":)" +
          booking + "}",
      {hoc});
  EXPECT_EQ(token("requisition", "77"), "booking:-HOC");
  EXPECT_EQ(reference("subject", "Patient/p1"), "itself");
  make(R"({"resourceType":"Organization","id":"o1","identifier":[)" + booking + "]}", {hoc});
  EXPECT_EQ(token("identifier", "77"), "booking:-HOC");
  EXPECT_EQ(token("_id", "o1"), "itself");
}

TEST_F(FacetsTest, ThirdPartiesOfAnIncidentAreTheDisclosersAlone) {
  make(R"({"resourceType":"AdverseEvent","id":"a1","actuality":"actual","subject":{"reference":"Patient/p1"},
    "recorder":{"reference":"RelatedPerson/r1"}})",
       {hoc});
  EXPECT_EQ(reference("recorder", "RelatedPerson/r1"), "third party:-HOC");
  EXPECT_EQ(reference("subject", "Patient/p1"), "itself");
  EXPECT_EQ(token("actuality", "actual"), "itself");
  make(
      R"({"resourceType":"Communication","id":"c1","status":"completed","recipient":[{"reference":"RelatedPerson/r1"}]})",
      {hoc});
  EXPECT_EQ(reference("recipient", "RelatedPerson/r1"), "itself") << "only an incident hides them";
}

TEST_F(FacetsTest, APatientsBookingNumberIsItsDisclosers) {
  const std::string booking = R"({"system":")" + std::string(consent::booking_system) + R"(","value":"77",)";
  make(R"({"resourceType":"Patient","id":"p1","identifier":[)" + booking + given_by({hoc}) + "},{" +
           R"("system":"urn:m","value":"1",)" + given_by({adv, hoc}) + "}]}",
       {adv, hoc});
  EXPECT_EQ(token("identifier", std::string(consent::booking_system) + "|77"), "booking:-HOC");
  EXPECT_EQ(token("identifier", "urn:m|1"), "itself");
  // The value equals the ordinary number of another discloser. It is found through the discloser that did not
  // give it as a booking number.
  make(R"({"resourceType":"Patient","id":"p1","identifier":[)" + booking + given_by({hoc}) + "},{" +
           R"("system":"urn:m","value":"77",)" + given_by({adv}) + "}]}",
       {adv, hoc});
  EXPECT_EQ(token("identifier", "77"), "-ADV");
  // Marked by both, or only by the one discloser of a Patient.
  make(R"({"resourceType":"Patient","id":"p1","identifier":[)" + booking + given_by({adv, hoc}) + "}]}",
       {adv, hoc});
  EXPECT_EQ(token("identifier", "77"), "booking:-ADV-HOC");
  make(R"({"resourceType":"Patient","id":"p1","identifier":[)" + booking + given_by({hoc}) + "}]}", {hoc});
  EXPECT_EQ(token("identifier", "77"), "booking:-HOC");
}

// Sees what one discloser gave, but no booking numbers.
class Of : public store::Visibility {
 public:
  Of(const store::Snapshot& snapshot, std::string discloser)
      : snapshot_(snapshot), discloser_(std::move(discloser)) {}
  store::Sight sight(store::PatientNumber, std::uint32_t shape) const override {
    const auto text = snapshot_.grants().shape_text(shape);
    const auto row = text ? consent::row_of(*text) : std::nullopt;
    const bool seen =
        row && !row->booking && std::count(row->disclosers.begin(), row->disclosers.end(), discloser_) > 0;
    return seen ? store::Sight::visible : store::Sight::hidden;
  }
  bool sees_other(store::PatientNumber) const override { return false; }
  bool holds(store::Pk) const override { return false; }

 private:
  const store::Snapshot& snapshot_;
  const std::string discloser_;
};

class FacetsInStoreTest : public sample::GatewayTest {
 protected:
  std::size_t found(const search::Parameters& parameters, const std::string& discloser) const {
    const store::Snapshot snapshot = store_->snapshot();
    const auto query = search::parse(fhir::Definitions::r4(), "Patient", parameters, {clock_.now()});
    EXPECT_TRUE(query);
    const Of visibility(snapshot, discloser);
    const auto result = snapshot.searches().search(*query, {}, discloser.empty() ? nullptr : &visibility);
    EXPECT_TRUE(result);
    return result->matches.size();
  }
};

TEST_F(FacetsInStoreTest, WhoHearsFromOneFindsByWhatThatOneGave) {
  ASSERT_TRUE(contribute(
      R"("name":[{"family":"Rivera","given":["Ana"]}],"birthDate":"1990-02-03","telecom":[{"system":"phone","value":"555-1"}])",
      "ORG-ADV"));
  EXPECT_EQ(found({{"phone", "555-1"}}, adv), 1u);
  ASSERT_TRUE(contribute(
      R"("name":[{"family":"Rivera","given":["Ana"]}],"telecom":[{"system":"phone","value":"555-2"}],
    "identifier":[{"system":"https://handoff.example.org/id/booking","value":"B-77"}])",
      "ORG-HOC"));
  struct Case {
    search::Parameters parameters;
    bool by_adv, by_hoc;
  };
  const Case cases[] = {{{{"phone", "555-1"}}, true, false},
                        {{{"phone", "555-2"}}, false, true},
                        {{{"phone", "555-1"}, {"name", "Rivera"}}, true, false},
                        {{{"name", "Rivera"}}, true, true},
                        {{{"_id", "p1"}}, true, true},
                        {{{"birthdate", "1990-02-03"}}, true, false},
                        {{{"identifier", "B-77"}}, false, false},
                        {{}, true, true}};
  for (const Case& each : cases) {
    EXPECT_EQ(found(each.parameters, adv), each.by_adv ? 1u : 0u);
    EXPECT_EQ(found(each.parameters, hoc), each.by_hoc ? 1u : 0u);
    EXPECT_EQ(found(each.parameters, ""), 1u) << "the custodian finds it by all";
    EXPECT_EQ(found(each.parameters, "Organization/ORG-PCP1"), 0u);
  }
}

// What a document relates to needs its target. If the target is hidden, the whole part goes, and a search
// cannot find it by what stood beside the target.
TEST_F(FacetsTest, WhatStandsBesideAReferenceMayHangOnIt) {
  const std::string document =
      R"({"resourceType":"DocumentReference","id":"d","status":"current","subject":{"reference":"Patient/p1"},
    "identifier":[{"system":"urn:v","value":"replaces"}],"relatesTo":[{"code":"replaces","target":{"reference":")";
  make(document + R"(DocumentReference/other"}}]})", {adv});
  EXPECT_EQ(token("relation", "replaces"), "third party:-ADV");
  EXPECT_EQ(reference("relatesto", "DocumentReference/other"), "itself") << "asked for by what it refers to";
  EXPECT_EQ(token("status", "current"), "itself");
  EXPECT_EQ(token("identifier", "replaces"), "itself");
  // Nothing goes with a reference that never goes, that may be missing, or that stands alone.
  make(
      R"({"resourceType":"Encounter","id":"e","status":"finished","participant":[{"type":[{"coding":[{"code":"ATND"}]}],
    "individual":{"reference":"RelatedPerson/r"}}],"location":[{"location":{"reference":"Location/l"},"period":{"start":"2024-01-01"}}]})",
      {adv});
  EXPECT_EQ(token("participant-type", "ATND"), "itself");
  EXPECT_EQ(only_date("location-period"), "itself");
  EXPECT_EQ(made_.shapes.size(), 1u);
  make(
      R"({"resourceType":"CarePlan","id":"c","status":"active","activity":[{"reference":{"reference":"ServiceRequest/s"}}]})",
      {adv});
  EXPECT_EQ(made_.shapes.size(), 1u);
  // If the resource itself may go, the rest of it is found as it is.
  make(
      R"({"resourceType":"Provenance","id":"v","recorded":"2024-01-01T00:00:00Z","target":[{"reference":"CarePlan/c"}],
    "agent":[{"type":{"coding":[{"code":"author"}]},"who":{"reference":"Organization/o"}},
             {"type":{"coding":[{"code":"informant"}]},"who":{"reference":"RelatedPerson/r"}}]})",
      {adv});
  EXPECT_EQ(token("agent-type", "author"), "itself");
  EXPECT_EQ(token("agent-type", "informant"), "third party:-ADV");
  EXPECT_EQ(only_date("recorded"), "itself");
}

TEST_F(FacetsTest, WhatAPackageLooksAtMayHangOnAReference) {
  const fhir::SearchParameter added[] = {
      {"http://x.org/how",
       "how",
       fhir::SearchType::token,
       fhir::SearchParameter::first_added,
       {"DocumentReference"},
       "DocumentReference.relatesTo.code | DocumentReference.category.coding.code"}};
  const auto definitions = fhir::Definitions::r4().with(added);
  const auto indexer = search::Indexer::create(*definitions).value();
  const auto parsed =
      json::parse(R"({"resourceType":"DocumentReference","id":"d","subject":{"reference":"Patient/p1"},
    "category":[{"coding":[{"code":"plain"}]}],"relatesTo":[{"code":"replaces","target":{"reference":"DocumentReference/hidden"}}]})");
  type_ = "DocumentReference";
  made_ = with_facets(indexer, *definitions, parsed->root(), {type_, {}, {adv}});
  const auto seen_by = [&](std::string_view code) {
    for (const auto& row : made_.rows.tokens)
      if (row.parameter == search::parameter_key(*definitions, type_, added[0]) && row.hash == hash64(code))
        return who(row.facet);
    return std::string("no row");
  };
  EXPECT_EQ(seen_by("replaces"), "third party:-ADV");
  EXPECT_EQ(seen_by("plain"), "itself");
}

// A match caused by an absent value could reveal, where there is no match, that the value is only hidden.
TEST_F(FacetsTest, WhatAPackageFindsForLackOfSomethingIsForNobodyElse) {
  const fhir::SearchParameter added[] = {{"http://x.org/some",
                                          "some",
                                          fhir::SearchType::token,
                                          fhir::SearchParameter::first_added,
                                          {"CarePlan"},
                                          "CarePlan.addresses.exists()"},
                                         {"http://x.org/kind",
                                          "kind",
                                          fhir::SearchType::token,
                                          fhir::SearchParameter::first_added + 1,
                                          {"CarePlan"},
                                          "CarePlan.intent"}};
  const auto definitions = fhir::Definitions::r4().with(added);
  const auto indexer = search::Indexer::create(*definitions).value();
  type_ = "CarePlan";
  for (const char* addresses : {"", R"(,"addresses":[{"reference":"Condition/hidden"}])"}) {
    const auto parsed = json::parse(
        R"({"resourceType":"CarePlan","id":"c","status":"active","intent":"plan","subject":{"reference":"Patient/p1"})" +
        std::string(addresses) + "}");
    made_ = with_facets(indexer, *definitions, parsed->root(), {type_, {}, {adv}});
    std::size_t rows = 0;
    for (const auto& row : made_.rows.tokens)
      for (const auto& parameter : added)
        if (row.parameter == search::parameter_key(*definitions, type_, parameter)) {
          EXPECT_EQ(who(row.facet), parameter.code == "some" ? "third party:-ADV" : "itself") << addresses;
          ++rows;
        }
    EXPECT_GE(rows, 2u);
  }
}

}  // namespace
}  // namespace handoff::admission
