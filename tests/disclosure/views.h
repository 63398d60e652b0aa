// A gateway's store with a random world in it. Searches look at it through a View, page by page, and the
// result is compared with the decision on each resource.
#pragma once

#include "../sample_gateway.h"
#include "disclosure/recipient_view.h"
#include "fhir/reference.h"
#include "random_world.h"
#include "row_decisions.h"
#include "search/query.h"
#include "store/resources.h"
#include "store/search.h"

namespace handoff::disclosure {

using Names = std::set<std::string>;

inline const fhir::Definitions& r4() { return fhir::Definitions::r4(); }
inline std::string name_of(const store::Version& version) { return version.type + "/" + version.id; }

// Finds the same rows without starting from a few patients.
class Scanning : public store::Visibility {
 public:
  explicit Scanning(const RecipientView& view) : view_(view) {}
  store::Sight sight(store::PatientNumber patient, std::uint32_t shape) const override {
    return view_.sight(patient, shape);
  }
  bool sees_other(store::PatientNumber patient) const override { return view_.sees_other(patient); }
  bool holds(store::Pk pk) const override { return view_.holds(pk); }

 private:
  const RecipientView& view_;
};

inline constexpr const char* types[] = {
    "Patient",      "CarePlan",   "Condition",         "Goal",
    "Encounter",    "Consent",    "MedicationRequest", "EpisodeOfCare",
    "AdverseEvent", "Provenance", "Immunization",      "ImmunizationEvaluation",
    "Organization", "Medication"};

class ViewsTest : public sample::GatewayTest {
 protected:
  void admit_world(sample::RandomWorld& world, int persons) {
    ASSERT_TRUE(admit(world.directory(), ""));
    for (const auto& [discloser, resources] : persons_of(world, persons)) {
      const auto admitted = admit(
          resources, discloser, [](admission::Entry& entry) { entry.contributes = entry.type == "Patient"; });
      ASSERT_TRUE(admitted) << admitted.error().summary();
    }
  }
  static std::map<std::string, std::vector<std::string>> persons_of(sample::RandomWorld& world, int persons) {
    std::map<std::string, std::vector<std::string>> all;
    for (int i = 0; i < persons; ++i)
      for (auto& [discloser, resources] : world.person(i))
        std::move(resources.begin(), resources.end(), std::back_inserter(all[discloser]));
    return all;
  }
  static Audience audience(sample::RandomWorld& world) {
    const std::string recipient = world.recipient();
    const bool supervises = recipient == "ORG-PROB";
    return {"Organization/" + recipient, supervises && world.one_in(2) ? "JSUPV" : world.purpose(),
            supervises && !world.one_in(4)};
  }

  static search::Query query_of(std::string_view type, const search::Parameters& parameters) {
    auto query = search::parse(r4(), type, parameters, {});
    EXPECT_TRUE(query) << query.error().summary();
    return std::move(*query);
  }

  // All pages of a search. If the view would start from its patients, they are also read without that, and
  // must be equal.
  struct Found {
    std::vector<std::string> names, included;
    std::optional<std::size_t> total;
    bool operator==(const Found&) const = default;
  };
  static Found all_pages(const RecipientView& view, const store::Snapshot& snapshot, search::Query query,
                         std::size_t count) {
    query.count = count;
    query.total = true;
    query = search::without_references(query,
                                       [&](const std::string& reference) { return view.hides(reference); });
    const Found found = pages(view, snapshot, query);
    if (view.small_cohort(query.type)) {
      EXPECT_EQ(found, pages(Scanning(view), snapshot, query)) << query.type;
    }
    for (const std::string& name : found.names) EXPECT_TRUE(released(view, snapshot, name)) << name;
    for (const std::string& name : found.included) EXPECT_TRUE(released(view, snapshot, name)) << name;
    return found;
  }
  static bool released(const RecipientView& view, const store::Snapshot& snapshot, const std::string& name) {
    const auto parts = fhir::split_reference(name);
    return view.release(*snapshot.resources().read(parts->type, parts->id)).has_value();
  }
  static Found pages(const store::Visibility& view, const store::Snapshot& snapshot,
                     const search::Query& query) {
    Found found;
    std::string after;
    do {
      const auto page = snapshot.searches().search(query, after, &view);
      EXPECT_TRUE(page);
      if (!page) break;
      EXPECT_TRUE(!found.total || found.total == page->total);
      found.total = page->total;
      for (const store::Pk pk : page->matches) found.names.push_back(name_of(*snapshot.resources().at(pk)));
      for (const store::Pk pk : page->included)
        found.included.push_back(name_of(*snapshot.resources().at(pk)));
      EXPECT_TRUE(page->next.empty() || page->matches.size() == query.count) << "a full page, or the last";
      after = page->next;
    } while (!after.empty());
    return found;
  }

  // Compares each type: whole, by pages, with totals, newest first.
  static void compare_types(const RecipientView& view, const store::Snapshot& snapshot, const State& state,
                            const RowDecisions& decided, sample::RandomWorld& world) {
    for (const char* type : types) {
      const Found found = all_pages(view, snapshot, query_of(type, {}), std::size_t(world.between(1, 30)));
      std::vector<std::pair<std::int64_t, std::string>> expected;
      for (const auto& [name, resource] : decided.visible())
        if (name.starts_with(std::string(type) + "/"))
          expected.emplace_back(-std::int64_t(state.resources().at(name).version.pk), name);
      std::sort(expected.begin(), expected.end());
      std::vector<std::string> names;
      for (const auto& [npk, name] : expected) names.push_back(name);
      EXPECT_EQ(found.names, names) << type;
      EXPECT_EQ(found.total, names.size()) << type;
    }
    for (const auto& [name, resource] : state.resources()) {
      EXPECT_EQ(view.hides(name), decided.hides(name)) << name;
      EXPECT_EQ(view.sees(resource.version.type, resource.version.id), decided.visible().contains(name))
          << name;
    }
  }
};

}  // namespace handoff::disclosure
