// What consent costs a search, in a store of many patients: run by hand with HANDOFF_SPEED=20000 (patients).
#include <cstdlib>

#include "views.h"

namespace handoff::disclosure {
namespace {

class ViewSpeedTest : public ViewsTest {
 protected:
  std::vector<std::string> person(int number, int all) {
    const std::string id = "p" + std::to_string(number);
    std::vector<std::string> made = {fmt::format(R"({{"resourceType":"Patient","id":"{}","name":[{{"family":"Rivera"}}]}})", id)};
    for (int i = 0; i < 8; ++i)
      made.push_back(
          fmt::format(R"({{"resourceType":"Condition","id":"{0}-{1}","subject":{{"reference":"Patient/{0}"}},"code":{{"coding":[)"
                      R"({{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"{2}"}}]}}}})",
                      id, i,
                      i % 4 == 0   ? "F33.1"
                      : i % 4 == 1 ? "F11.20"
                                   : "I10"));
    made.push_back(fmt::format(R"({{"resourceType":"CarePlan","id":"{0}-p","status":"active","intent":"plan","subject":{{"reference":)"
                               R"("Patient/{0}"}},"addresses":[{{"reference":"Condition/{0}-0"}},{{"reference":"Condition/{0}-1"}}]}})",
                               id));
    std::string consent = sample::changed(record_of("Consent"), R"("id":"c1")", R"("id":")" + id + "-c\"");
    for (std::size_t at = 0; (at = consent.find("Patient/p1", at)) != consent.npos;)
      consent.replace(at, 10, "Patient/" + id), at += id.size() + 8;
    std::string actors;
    for (const auto& [recipient, one_of] : {std::pair("ORG-WIDE", 0), {"ORG-TENTH", 10}, {"ORG-FEW", all / 10}}) {
      if (one_of == 0 ? number % 10 == 0 : number % one_of != 0) continue;
      actors += (actors.empty() ? "" : ",") +
                fmt::format(R"({{"role":{{"text":"x"}},"reference":{{"reference":"Organization/{}"}}}})", recipient);
    }
    const auto from = consent.find(R"("actor":[)"), to = consent.find(']', consent.find("Organization/ORG-PCP1"));
    consent.replace(from, to - from, R"("actor":[)" + actors);
    if (!actors.empty()) made.push_back(consent);
    return made;
  }
  void fill(int patients) {
    ASSERT_TRUE(admit({R"({"resourceType":"Organization","id":"ORG-ADV","name":"Vendor"})"}, ""));
    for (int i = 0; i < patients;) {
      std::vector<std::string> resources;
      for (int end = std::min(i + 50, patients); i < end; ++i)
        for (std::string& one : person(i, patients)) resources.push_back(std::move(one));
      const auto admitted = admit(resources, "ORG-ADV", [](admission::Entry& entry) { entry.contributes = entry.type == "Patient"; });
      ASSERT_TRUE(admitted) << admitted.error().summary();
    }
  }
  template <class Work>
  static double median_us(int rounds, Work work) {
    std::vector<double> took;
    for (int i = 0; i < rounds; ++i) {
      const auto start = std::chrono::steady_clock::now();
      work();
      took.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
    }
    std::sort(took.begin(), took.end());
    return took[took.size() / 2];
  }
};

TEST_F(ViewSpeedTest, OfManyPatients) {
  const char* wanted = std::getenv("HANDOFF_SPEED");
  if (!wanted) GTEST_SKIP() << "set HANDOFF_SPEED to a number of patients";
  fill(std::atoi(wanted));
  const store::Snapshot snapshot = store_->snapshot();
  for (const search::Parameters& parameters : {search::Parameters{{"code", "I10"}},
                                               {{"code", "I10"}, {"_summary", "count"}},
                                               {{"code", "F33.1"}},
                                               {{"code", "F33.1"}, {"_summary", "count"}}}) {
    const search::Query query = query_of("Condition", parameters);
    std::printf("Condition?%s: unclaused %.0f us\n", query.text().c_str(),
                median_us(21, [&] { (void)snapshot.search(query, {}, nullptr); }));
    for (const char* recipient : {"ORG-WIDE", "ORG-TENTH", "ORG-FEW", "ORG-ADV"}) {
      const Audience audience{"Organization/" + std::string(recipient), "TREAT"};
      Scope scope(audience);
      const double cold = median_us(1, [&] { scope.at(snapshot, clock_.now()); });
      const double made = median_us(101, [&] { const View view(snapshot, scope, audience, clock_.now()); });
      std::size_t found = 0;
      const double searched = median_us(21, [&] {
        const View view(snapshot, scope, audience, clock_.now());
        const auto page = snapshot.search(query, {}, &view);
        found = query.only_total ? *page->total : page->matches.size();
      });
      const double released = median_us(21, [&] {
        const View view(snapshot, scope, audience, clock_.now());
        const auto page = snapshot.search(query, {}, &view);
        for (const auto& match : page->matches) EXPECT_TRUE(view.release(match));
      });
      std::printf("  %s: %zu found; classes at first %.0f us, view %.1f us, search %.0f us, and released %.0f us\n", recipient, found, cold,
                  made, searched, released);
      EXPECT_GT(found, 0u);
    }
  }
}

}  // namespace
}  // namespace handoff::disclosure
