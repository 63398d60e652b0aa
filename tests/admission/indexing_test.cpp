// The index follows the search parameters: old resources get rows, rows of removed parameters go, and an
// interrupted run is completed.
#include "admission/indexing.h"

#include "../sample_gateway.h"
#include "admission/derivation.h"
#include "core/hash.h"
#include "core/limits.h"
#include "fhir/resource_id.h"
#include "sqlite/engine.h"
#include "store/resources.h"
#include "store/search.h"
#include "store/verification.h"

namespace handoff::admission {
namespace {

using fhir::SearchParameter;
using fhir::SearchType;

const SearchParameter language{"http://x.org/language", "mother-tongue",        SearchType::token, 0,
                               {"Organization"},        "Organization.language"};
const SearchParameter alias{"http://x.org/alias", "also", SearchType::string, 0, {"Organization"},
                            "Organization.alias"};

std::string organization(const std::string& id, const std::string& tongue) {
  return R"({"resourceType":"Organization","id":")" + id + R"(","language":")" + tongue +
         R"(","name":"N","alias":["Also )" + id + "\"]}";
}

class IndexingTest : public sample::GatewayTest {
 protected:
  // Does what a start does: first the index, then the parts that write by it.
  void start_with(std::vector<SearchParameter> added) {
    added_ = std::move(added);
    auto definitions = index_by(*store_, added_);
    ASSERT_TRUE(definitions) << definitions.error().summary();
    definitions_ = std::move(*definitions);
    indexer_.emplace(search::Indexer::create(*definitions_).value());
    admission_.emplace(*store_, *indexer_, sample::shipped_routes(), clock_, sample::shared_validator());
  }
  std::string found(const std::string& code, const std::string& value) const {
    const auto query =
        search::parse(*definitions_, "Organization", {{code, value}}, {clock_.now(), {}, false});
    if (!query) return query.error().summary();
    const store::Snapshot snapshot = store_->snapshot();
    const auto result = snapshot.searches().search(*query, {}, nullptr);
    if (!result) return result.error().summary();
    std::set<std::string> ids;
    for (const store::Pk pk : result->matches) ids.insert(snapshot.resources().at(pk)->id);
    std::string all;
    for (const std::string& id : ids) all += (all.empty() ? "" : " ") + id;
    return all;
  }
  std::uint16_t number_of(std::string_view url) const {
    for (const store::AddedParameter& each : store_->snapshot().searches().added_parameters())
      if (each.url == url) return each.number;
    return 0;
  }

  // Checks that the store's rows are exactly those that would be made now. Returns how many facets the rows
  // of package parameters have.
  std::size_t facets_of_stored_rows() const {
    const auto verification = sqlite::engine().verify(folder_ / "handoff.db");
    if (!verification) return ADD_FAILURE() << verification.error().summary(), 0;
    std::set<std::uint16_t> facets;
    (*verification)->snapshot().resources().each_resource([&](const store::Version& version) {
      const auto parsed = json::parse(version.body);
      const fhir::Reference patient =
          version.patient.empty() ? fhir::Reference() : fhir::Reference("Patient", version.patient);
      Faceted made = derive(*indexer_, *definitions_, parsed->root(), patient, version.disclosers);
      for (const auto& row : made.rows.strings)
        if (search::is_added(row.parameter)) facets.insert(row.facet.number);
      (*verification)->expect(version, {version.patient, std::move(made.shapes), std::move(made.rows)});
      return true;
    });
    EXPECT_GT((*verification)->check_indexes(), 0u);
    for (const store::Finding& finding : (*verification)->findings())
      ADD_FAILURE() << finding.place << ": " << finding.what;
    return facets.size();
  }

  void take(store::ParameterStep step) {
    store::Batch batch;
    batch.parameters = std::move(step);
    const auto done = store_->commit_and_wait(std::move(batch));
    ASSERT_TRUE(done) << done.error().summary();
  }

  std::vector<SearchParameter> added_;
  std::shared_ptr<const fhir::Definitions> definitions_;
  std::optional<search::Indexer> indexer_;
};

TEST_F(IndexingTest, WhatIsThereIsFoundByWhatIsNew) {
  start_with({});
  ASSERT_TRUE(admit({organization("a", "nl"), organization("b", "de")}));
  EXPECT_EQ(found("mother-tongue", "nl"), "http.mother-tongue: Organization has no such search parameter");
  start_with({language});
  EXPECT_EQ(found("mother-tongue", "nl"), "a");
  ASSERT_TRUE(admit({organization("c", "nl")}));
  ASSERT_TRUE(admit({organization("a", "fr")}));
  EXPECT_EQ(found("mother-tongue", "nl"), "c");
  EXPECT_EQ(found("mother-tongue", "fr"), "a");
  const auto number = number_of(language.url);
  EXPECT_GE(number, SearchParameter::first_added);
  start_with({alias, language});
  EXPECT_EQ(number_of(language.url), number) << "it stays, whatever comes beside it";
  EXPECT_EQ(found("also", "Also"), "a b c");
  EXPECT_EQ(found("mother-tongue", "nl"), "c");
}

TEST_F(IndexingTest, WhatIsGoneLeavesNothing) {
  start_with({language, alias});
  ASSERT_TRUE(admit({organization("a", "nl"), organization("b", "de")}));
  start_with({alias});
  EXPECT_EQ(number_of(language.url), 0);
  EXPECT_EQ(found("also", "Also"), "a b");
  ASSERT_TRUE(admit({organization("a", "fr")}));
  start_with({});
  EXPECT_EQ(store_->snapshot().searches().added_parameters().size(), 1u) << "the form of the rows";
  start_with({language});
  EXPECT_EQ(found("mother-tongue", "nl"), "") << "a's old version left no row behind";
  EXPECT_EQ(found("mother-tongue", "fr"), "a");
}

TEST_F(IndexingTest, AnotherDefinitionIsIndexedAnew) {
  start_with({language});
  ASSERT_TRUE(admit({organization("a", "nl")}));
  SearchParameter other = language;
  other.expression = "Organization.name";
  start_with({other});
  EXPECT_EQ(found("mother-tongue", "nl"), "");
  EXPECT_EQ(found("mother-tongue", "N"), "a");
  other.type = SearchType::string;
  start_with({other});
  EXPECT_EQ(found("mother-tongue", "n"), "a");
}

TEST_F(IndexingTest, WhatWasHalfDoneIsGoneOnWith) {
  start_with({});
  std::vector<std::string> many;
  for (std::size_t i = 0; i < limits::commit_group_resources_max + 40; ++i)
    many.push_back(organization("o" + std::to_string(i), "nl"));
  ASSERT_TRUE(admit(many));
  store::ParameterStep begun, on;
  begun.all = {{std::string(store::all_rows), std::string(search::rows_form)},
               {std::string(language.url),
                R"({"type":"token","base":["Organization"],"expression":"Organization.language"})"}};
  take(begun);
  on.indexed_pk = store::Pk{5};  // as if the first five had their rows
  take(on);
  start_with({language});
  const auto query =
      search::parse(*definitions_, "Organization", {{"mother-tongue", "nl"}, {"_total", "accurate"}},
                    {clock_.now(), {}, false});
  EXPECT_EQ(store_->snapshot().searches().search(*query, {}, nullptr)->total, many.size() - 5)
      << "the others got theirs now, and none twice";
  for (const store::AddedParameter& each : store_->snapshot().searches().added_parameters())
    EXPECT_EQ(each.state, store::ParameterState::ready) << each.url;
}

// A store whose rows were made by earlier rules, and an interrupted renewal.
TEST_F(IndexingTest, RowsOfAnEarlierFormAreMadeAnew) {
  start_with({language});
  admit_record();
  ASSERT_TRUE(admit({organization("a", "nl"), organization("b", "de")}));
  ASSERT_EQ(found("name", "N"), "a b");
  const std::size_t facets = facets_of_stored_rows();
  store::ParameterStep earlier, removal;
  earlier.all = store_->snapshot().searches().added_parameters();
  for (store::AddedParameter& each : *earlier.all)
    if (each.url == store::all_rows) each.definition = "0";
  take(earlier);
  removal.rows_to_forget = 3;
  take(removal);
  start_with({language});
  EXPECT_EQ(found("name", "N"), "a b");
  EXPECT_EQ(found("mother-tongue", "nl"), "a");
  EXPECT_EQ(facets_of_stored_rows(), facets) << "all rows, and no others";
  for (const store::AddedParameter& each : store_->snapshot().searches().added_parameters())
    EXPECT_EQ(each.state, store::ParameterState::ready) << each.url;
}

// The record of one person with two disclosers. Rows that are made later are as visible as those made at the
// write; afterwards they go.
TEST_F(IndexingTest, RowsMadeLaterAreThoseMadeAtOnce) {
  const SearchParameter called{"http://x.org/called", "called",
                               SearchType::string,    0,
                               {"Patient"},           "Patient.name.family | Patient.identifier.value"};
  const SearchParameter member{"http://x.org/member",      "as", SearchType::token, 0, {"CareTeam"},
                               "CareTeam.participant.role"};
  start_with({});
  admit_record();
  start_with({called, member});
  EXPECT_GE(facets_of_stored_rows(), 2u) << "what one discloser gave is its own facet";
  start_with({});
  EXPECT_EQ(facets_of_stored_rows(), 0u) << "in no table is a row of them left";
}

}  // namespace
}  // namespace handoff::admission
