// A View's answers at the edges: persons without any other visible resource, resources that shapes cannot
// tell apart, consents and resources that move, and clocks that go back.
#include <sqlite3.h>

#include "store/resources.h"
#include "views.h"

namespace handoff::disclosure {
namespace {

class ViewEdgesTest : public ViewsTest {
 protected:
  const Audience pcp_{"Organization/ORG-PCP1", "TREAT"};

  // Compares every type for every kind of recipient.
  void compare_all(unsigned seed) {
    sample::RandomWorld world{seed};
    const store::Snapshot snapshot = store_->snapshot();
    const State state(snapshot);
    std::size_t seen = 0;
    for (const char* recipient : {"ORG-PCP1", "ORG-MCP1", "ORG-ADV", "ORG-PROB", "ORG-NONE"}) {
      SCOPED_TRACE(recipient);
      Audience audience{"Organization/" + std::string(recipient), "TREAT",
                        recipient == std::string("ORG-PROB")};
      Scope scope(audience);
      const RecipientView view(snapshot, scope, audience, clock_.now());
      const RowDecisions decided(state, audience, clock_.now());
      compare_types(view, snapshot, state, decided, world);
      seen += decided.visible().size();
    }
    EXPECT_GT(seen, 50u);
  }
  std::size_t seen(const Audience& audience, std::string_view type,
                   const search::Parameters& parameters = {}) const {
    const store::Snapshot snapshot = store_->snapshot();
    Scope scope(audience);
    const RecipientView view(snapshot, scope, audience, clock_.now());
    return all_pages(view, snapshot, query_of(type, parameters), 10).names.size();
  }
};

TEST_F(ViewEdgesTest, SupervisionSeesNoPersonOfWhomItSeesNothingElse) {
  const Audience supervision{"Organization/ORG-PCP1", "TREAT", true};
  admit_quiet_record();
  EXPECT_EQ(seen(supervision, "EpisodeOfCare"), 1u);
  EXPECT_EQ(seen(supervision, "Patient"), 1u);
  ASSERT_TRUE(admit({sample::changed(record_of("Consent"), R"("type":"permit")",
                                     R"("type":"permit","class":[{"code":"Patient"}])")}));
  EXPECT_EQ(seen(supervision, "EpisodeOfCare"), 0u);
  EXPECT_EQ(seen(supervision, "Patient"), 0u);
}

// A person's own device or a restricted practitioner may be hidden. A resource that refers to them is found
// where it is released, and only there.
TEST_F(ViewEdgesTest, WhatIsFoundIsReleasedWhateverItRefersTo) {
  admit_quiet_record();
  const std::string very =
      R"("meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"V"}]},)";
  const std::string subject = R"("subject":{"reference":"Patient/p1"},)";
  ASSERT_TRUE(admit(
      {R"({"resourceType":"Device","id":"d0","parent":{"reference":"Device/d1"}})",
       R"({"resourceType":"Device","id":"d1",)" + very + R"("patient":{"reference":"Patient/p1"}})",
       R"({"resourceType":"Practitioner","id":"n1",)" + very + R"("name":[{"family":"N"}]})",
       R"({"resourceType":"DeviceUseStatement","id":"u1","status":"active",)" + subject +
           R"("device":{"reference":"Device/d1"}})",
       R"({"resourceType":"ClinicalImpression","id":"i1","status":"completed",)" + subject +
           R"("investigation":[{"code":{"text":"x"}}],"assessor":{"reference":"Practitioner/n1"}})",
       R"({"resourceType":"Provenance","id":"v1","target":[{"reference":"CarePlan/cp1"}],"recorded":"2024-02-01T00:00:00Z",)"
       R"("agent":[{"who":{"reference":"Practitioner/n1"}}]})"}));
  const store::Snapshot snapshot = store_->snapshot();
  Scope scope(pcp_);
  const RecipientView view(snapshot, scope, pcp_, clock_.now());
  EXPECT_FALSE(view.sees("Device", "d1"));
  EXPECT_FALSE(view.sees("Practitioner", "n1"));
  for (const auto& [type, id] :
       {std::pair("DeviceUseStatement", "u1"), {"ClinicalImpression", "i1"}, {"Provenance", "v1"}})
    EXPECT_EQ(seen(pcp_, type), std::size_t(view.release(*snapshot.resources().read(type, id)).has_value()))
        << type;
  const auto parent = json::write(view.release(*snapshot.resources().read("Device", "d0"))->resource);
  EXPECT_EQ(parent.find("d1"), parent.npos)
      << "what belongs to nobody tells nothing of somebody's: " << parent;
  EXPECT_EQ(seen(pcp_, "DeviceUseStatement"), 0u) << "there is no such statement without its device";
  EXPECT_EQ(seen(pcp_, "Provenance"), 1u) << "who said so is of the directory";
}

TEST_F(ViewEdgesTest, WhatWasHiddenIsNotUncoveredByItsDeletion) {
  admit_quiet_record();
  const std::string document =
      R"({"resourceType":"DocumentReference","status":"current","content":[{"attachment":{"title":"x"}}],)"
      R"("subject":{"reference":"Patient/p1"},"id":")";
  ASSERT_TRUE(admit({document + R"(h"})"}, "ORG-HOC"));
  ASSERT_TRUE(admit(
      {document + R"(d","relatesTo":[{"code":"replaces","target":{"reference":"DocumentReference/h"}}]})"}));
  ASSERT_TRUE(admit({document + R"(h"})"}, "ORG-HOC",
                    [](admission::Entry& entry) { entry.method = admission::Method::remove; }));
  const store::Snapshot snapshot = store_->snapshot();
  ASSERT_TRUE(snapshot.resources().find("DocumentReference", "h")->deleted);
  Scope scope(pcp_);
  const RecipientView view(snapshot, scope, pcp_, clock_.now());
  EXPECT_TRUE(view.hides("DocumentReference/h"));
  EXPECT_FALSE(view.hides("DocumentReference/never"));
  const auto released = view.release(*snapshot.resources().read("DocumentReference", "d"));
  ASSERT_TRUE(released);
  EXPECT_FALSE(released->resource["relatesTo"]) << json::write(released->resource);
}

class FullShapesTest : public ViewEdgesTest {
 protected:
  // As if other labels had used up every shape.
  void SetUp() override {
    ViewEdgesTest::SetUp();
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open((folder_ / "handoff.db").c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database,
                           "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 65534) "
                           "INSERT INTO shape (id, labels, kind) SELECT i, 'another ' || i, 0 FROM n",
                           nullptr, nullptr, nullptr),
              SQLITE_OK);
    sqlite3_close(database);
  }
};

TEST_F(FullShapesTest, TheResourceIsAskedWhereNoShapeTells) {
  for (unsigned seed = 1; seed <= 5 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    if (seed > 1) TearDown(), SetUp();
    sample::RandomWorld world{seed};
    admit_world(world, 20);
    ASSERT_EQ(store_->snapshot().resources().read("Organization", "ORG-ADV")->shape, 0u);
    compare_all(seed);
  }
}

TEST_F(FullShapesTest, RowsOfElementsThatNothingTellsApartAreNobodys) {
  admit_quiet_record();
  EXPECT_EQ(seen(pcp_, "Patient"), 1u);
  EXPECT_EQ(seen(pcp_, "Patient", {{"family", "Rivera"}}), 0u) << "given by one of two";
  EXPECT_EQ(seen(pcp_, "Patient", {{"identifier", "B-77"}}), 0u) << "the jail's number";
}

TEST_F(FullShapesTest, ReferencesInALongChainAreDecidedOneByOne) {
  admit_quiet_record();
  std::vector<std::string> chain;
  for (int i = 0; i < 3'000; ++i)
    chain.push_back(
        fmt::format(R"({{"resourceType":"CarePlan","id":"l{}","status":"completed","intent":"plan",)"
                    R"("subject":{{"reference":"Patient/p1"}},"replaces":[{{"reference":"CarePlan/l{}"}}]}})",
                    i, (i + 1) % 3'000));
  ASSERT_TRUE(admit(chain));
  const store::Snapshot snapshot = store_->snapshot();
  Scope scope(pcp_);
  const RecipientView view(snapshot, scope, pcp_, clock_.now());
  EXPECT_FALSE(view.hides("CarePlan/l0"));
  EXPECT_TRUE(view.sees("CarePlan", "l0"));
}

// "*" stands for the recipients that no consent names. As an actor, it would make a consent to everybody
// possible.
TEST_F(ViewEdgesTest, AConsentToAStarIsRefused) {
  admit_quiet_record();
  EXPECT_FALSE(admit({sample::changed(record_of("Consent"), "Organization/ORG-PCP1", "*")}));
  EXPECT_EQ(seen({"Organization/ORG-NONE", "TREAT"}, "CarePlan"), 0u);
}

TEST_F(ViewEdgesTest, ConsentsNameWhomTheyNameInWhateverForm) {
  const std::string vendor = R"([{"reference":"Organization/ORG-ADV"}])",
                    actor = R"("reference":"Organization/ORG-PCP1")";
  const std::string two = R"([{"reference":"Organization/ORG-ADV"},{"reference":"Organization/ORG-HOC"}])";
  const std::string two_turned =
      R"([{"reference":"Organization/ORG-HOC"},{"reference":"https://h/fhir/Organization/ORG-ADV"}])";
  using Changes = std::vector<std::pair<std::string, std::string>>;
  const Changes denial = {{R"("type":"permit")", R"("type":"deny")"}, {"CN-1", "CN-2"}};
  const auto with = [](Changes changes, const Changes& more) {
    return changes.insert(changes.end(), more.begin(), more.end()), changes;
  };
  const struct {
    Changes first, second;
    bool seen;
  } cases[] = {
      {{{vendor, two}}, {}, true},
      {{{vendor, two}}, {{vendor, two_turned}, {R"("status":"active")", R"("status":"inactive")"}}, false},
      {{{actor, R"("reference":"https://h/fhir/Organization/ORG-PCP1")"}}, {}, true},
      {{}, with(denial, {{actor, R"("reference":"Organization/ORG-MCP1")"}}), true},
      {{}, with(denial, {{actor, R"("reference":"https://h/fhir/Organization/ORG-PCP1")"}}), false},
      {{}, with(denial, {{actor, R"("display":"the clinic")"}}), false},
      {{}, with(denial, {{vendor, R"([{"reference":"https://h/fhir/Organization/ORG-ADV"}])"}}), false},
  };
  for (const auto& [first, second, is_seen] : cases) {
    SCOPED_TRACE(&first - &cases[0].first);
    TearDown(), SetUp();
    admit_quiet_record();
    const auto consent = [](std::string text, const Changes& changes) {
      for (const auto& [from, to] : changes) text = sample::changed(text, from, to);
      return text;
    };
    const auto once = admit({consent(record_of("Consent"), first)});
    ASSERT_TRUE(once) << once.error().summary();
    if (!second.empty()) {
      const auto then =
          admit({consent(sample::changed(sample::changed(record_of("Consent"), "\"c1\"", "\"c2\""),
                                         "2024-01-10", "2024-01-11"),
                         second)});
      ASSERT_TRUE(then) << then.error().summary();
    }
    EXPECT_EQ(seen(pcp_, "CarePlan"), is_seen ? 1u : 0u);
  }
}

TEST_F(ViewEdgesTest, AConsentThatMovesTakesItsGrantsAlong) {
  admit_quiet_record();
  ASSERT_TRUE(contribute(R"("name":[{"family":"Stone"}])", "ORG-ADV", "p2"));
  ASSERT_TRUE(
      admit({R"({"resourceType":"Goal","id":"g2","lifecycleStatus":"active","description":{"text":"x"},)"
             R"("subject":{"reference":"Patient/p2"}})"}));
  EXPECT_EQ(seen(pcp_, "Patient", {{"_id", "p1"}}), 1u);
  EXPECT_EQ(seen(pcp_, "Patient", {{"_id", "p2"}}), 0u);
  std::string moved = sample::changed(record_of("Consent"), "Patient/p1", "Patient/p2");
  ASSERT_TRUE(admit({sample::changed(moved, "Patient/p1", "Patient/p2")}));
  EXPECT_EQ(seen(pcp_, "Patient", {{"_id", "p1"}}), 0u);
  EXPECT_EQ(seen(pcp_, "CarePlan"), 0u);
  EXPECT_EQ(seen(pcp_, "Patient", {{"_id", "p2"}}), 1u);
  EXPECT_EQ(seen(pcp_, "Goal"), 1u);
  ASSERT_TRUE(admit({sample::changed(record_of("Goal"), "Patient/p1", "Patient/p2")}))
      << "and a resource after it";
  EXPECT_EQ(seen(pcp_, "Goal"), 2u);
}

TEST_F(ViewEdgesTest, ClassesThatNobodyHasAnyMoreAreForgotten) {
  admit_quiet_record();
  Scope scope(pcp_);
  std::size_t most = 0;
  for (int i = 0; i < 400; ++i) {
    const std::string other =
        fmt::format(R"("class":[{{"code":"CarePlan"}},{{"code":"x{}"}}],"securityLabel")", i);
    ASSERT_TRUE(admit({sample::changed(record_of("Consent"), R"("securityLabel")", other)}));
    const store::Snapshot snapshot = store_->snapshot();
    const auto classes = scope.at(snapshot, clock_.now());
    most = std::max(most, classes->decisions.size());
    EXPECT_TRUE(RecipientView(snapshot, scope, pcp_, clock_.now()).sees("CarePlan", "cp1"));
  }
  EXPECT_GT(most, 100u);
  EXPECT_LT(most, 300u);
}

TEST_F(ViewEdgesTest, AnInstantFromBeforeIsAnsweredByTheConsentsOfThen) {
  admit_quiet_record();
  const store::Snapshot snapshot = store_->snapshot();
  const State state(snapshot);
  Scope scope(pcp_);
  for (const auto& [when, plans] : {std::pair("2024-05-02", 1u),
                                    {"2024-08-01", 0u},
                                    {"2024-06-01", 1u},
                                    {"2024-07-01", 0u},
                                    {"2024-05-01T12:00:00-04:00", 1u}}) {
    clock_.set(sample::at(when));
    const RecipientView view(snapshot, scope, pcp_, clock_.now());
    EXPECT_EQ(all_pages(view, snapshot, query_of("CarePlan", {}), 10).names.size(), plans) << when;
    EXPECT_EQ(RowDecisions(state, pcp_, clock_.now()).visible().contains("CarePlan/cp1"), plans == 1) << when;
  }
}

// An organization below a named one counts as named, by the directory of now.
TEST_F(ViewEdgesTest, WhoIsBelowANamedOrganizationSeesTheConsent) {
  const auto unit = [](const std::string& id, const std::string& above) {
    return R"({"resourceType":"Organization","id":")" + id + R"(","name":"U")" +
           (above.empty() ? "" : R"(,"partOf":{"reference":"Organization/)" + above + "\"}") + "}";
  };
  admit_quiet_record();
  const Audience below{"Organization/ORG-UNIT", "HPAYMT"}, projected{"Organization/ORG-UNIT", "HPAYMT", true};
  ASSERT_TRUE(admit({unit("ORG-WARD", "ORG-PCP1"), unit("ORG-UNIT", "")}, ""));
  EXPECT_EQ(seen(below, "Consent"), 0u);
  ASSERT_TRUE(admit({unit("ORG-UNIT", "ORG-WARD")}, ""));
  EXPECT_EQ(seen(below, "Consent"), 1u);
  EXPECT_EQ(seen(below, "Consent", {{"actor", "Organization/ORG-PCP1"}}), 1u);
  EXPECT_EQ(seen(projected, "Consent"), 1u);
  EXPECT_EQ(seen(below, "Patient"), 0u);
  EXPECT_EQ(seen(below, "CarePlan"), 0u);
  ASSERT_TRUE(admit({unit("ORG-UNIT", "ORG-MC1")}, ""));
  EXPECT_EQ(seen(below, "Consent"), 0u);
  ASSERT_TRUE(admit({unit("ORG-UNIT", "ORG-UNIT")}, ""));
  EXPECT_EQ(seen(below, "Consent"), 0u) << "a circle";
}

// A consent that ended, is a denial or is defective is shown to the recipients that it names, but opens
// nothing. Even a consent in force does not show the Patient by itself.
TEST_F(ViewEdgesTest, AConsentAloneShowsNoPatient) {
  ASSERT_TRUE(contribute(R"("name":[{"family":"Rivera"}])", "ORG-ADV"));
  const std::string consent = record_of("Consent");
  const std::pair<const char*, const char*> changes[] = {
      {"\"status\": \"active\"", "\"status\": \"inactive\""},
      {"\"type\": \"permit\"", "\"type\": \"deny\""},
      {"\"type\": \"permit\"", "\"type\": \"permit\""}};
  const auto compact = [](const char* text) {
    return json::write(json::parse("{" + std::string(text) + "}")->root());
  };
  for (const auto& [from, to] : changes) {
    const std::string a = compact(from), b = compact(to);
    ASSERT_TRUE(admit({sample::changed(consent, a.substr(1, a.size() - 2), b.substr(1, b.size() - 2))}));
    EXPECT_EQ(seen(pcp_, "Consent"), 1u) << to;
    EXPECT_EQ(seen(pcp_, "Patient"), 0u) << to;
    EXPECT_EQ(seen({"Organization/ORG-MC1", "TREAT"}, "Consent"), 0u) << to;
    EXPECT_EQ(seen({"Organization/ORG-ADV", "TREAT"}, "Consent"), 1u) << to;
  }
  ASSERT_TRUE(admit({record_of("Goal")}));
  EXPECT_EQ(seen(pcp_, "Patient"), 1u);
  clock_.set(sample::at("2030-01-01"));
  EXPECT_EQ(seen(pcp_, "Consent"), 1u) << "it ended long ago";
  EXPECT_EQ(seen(pcp_, "Patient"), 0u);
}

}  // namespace
}  // namespace handoff::disclosure
