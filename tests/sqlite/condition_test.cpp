// Random trees of conditions. The store's answer must equal a plain check of each resource.
#include "search_world.h"
#include "store/resources.h"
#include "store/search.h"

namespace handoff::sqlite {
namespace {

using search::Condition;
using search::Group;

class ConditionTest : public SearchTest {
 protected:
  static constexpr const char* genders[] = {"male", "female", "other", "unknown"};

  Write person(const std::string& id) {
    Write write = patient(id);
    if (pick(4) > 0)
      write.rows.tokens.push_back({key("Patient", "gender"), hash64(std::string_view(genders[pick(4)]))});
    std::sort(write.rows.tokens.begin(), write.rows.tokens.end());
    const auto shape = std::uint32_t(pick(resource_shapes));
    write.shapes = {shape_text(shape), shape_text(shape + 4), shape_text(shape + 8)};
    return write;
  }
  // One condition as a client asks for it.
  Condition asked(const std::string& type, const std::string& name, const std::string& value) const {
    return query(type, {{name, value}}).where.conditions.at(0);
  }
  Condition leaf(const std::string& type) {
    if (pick(6) == 0)
      return {search::Updated{
          {{middle_ - std::int64_t(pick(40)), pick(2) == 0 ? middle_ : search::SpanRange::latest}}}};
    if (type == "Patient") {
      if (pick(3) == 0) return {search::Missing{search::Index::token, key("Patient", "gender"), "gender"}};
      return asked(type, "gender", pick(3) == 0 ? "male,female" : genders[pick(4)]);
    }
    switch (pick(7)) {
      case 0: return {search::Missing{search::Index::string, key(type, "value-string"), "value-string"}};
      case 1: return {search::Missing{search::Index::date, key(type, "date"), "date"}};
      case 2: return asked(type, "status", "final");
      case 3: return asked(type, "date", pick(2) == 0 ? "ne2024-02-10" : "ge2024-02-15");
      case 4: return asked(type, "value-string", std::string(1, char('a' + pick(5))));
      case 5: return asked(type, "value-quantity", "gt" + std::to_string(pick(10)));
      default: return asked(type, "code", "c" + std::to_string(pick(4)));
    }
  }
  Condition tree(const std::string& type, std::size_t depth) {
    if (depth == 0 || pick(4) == 0) return leaf(type);
    if (pick(4) == 0) {
      const bool reverse = type == "Patient";
      return {search::Via{
          reverse, key("Observation", "subject"), "subject", reverse ? "Observation" : "Patient",
          std::make_shared<const Condition>(tree(reverse ? "Observation" : "Patient", depth - 1))}};
    }
    Group group{Group::Of(pick(3)), {}};
    for (std::size_t i = pick(7) == 0 ? 0 : 1 + pick(3); i > 0; --i)
      group.conditions.push_back(tree(type, depth - 1));
    return {group};
  }

  bool fits(const Condition& condition, const Known& known, const Visibility* eyes) const {
    const Known as_seen = seen(eyes, known);
    return search::holds(condition, as_seen.write.rows, times_.at(known.write.type + "/" + known.write.id),
                         [&](const search::Via& via) {
                           const auto refers = [&](const Known& from, const Known& to) {
                             const auto& rows = seen(eyes, from).write.rows.references;
                             return std::any_of(rows.begin(), rows.end(), [&](const search::HashRow& row) {
                               return row.parameter == via.parameter &&
                                      row.hash == hash64(to.write.type + "/" + to.write.id);
                             });
                           };
                           return std::any_of(known_.begin(), known_.end(), [&](const auto& one) {
                             const Known& other = one.second;
                             return other.write.type == via.type && (!eyes || sees(*eyes, other)) &&
                                    (via.reverse ? refers(other, known) : refers(known, other)) &&
                                    fits(*via.condition, other, eyes);
                           });
                         });
  }

  std::int64_t middle_ = 0;
  std::map<std::string, std::int64_t> times_;  // of updates, by "Patient/p1"
};

TEST_F(ConditionTest, TreesFindWhatIsJudgedSo) {
  for (int i = 0; i < 12; ++i) write({person("p" + std::to_string(i))});
  for (int i = 0; i < 120; ++i) write({observation("o" + std::to_string(i), 12)});
  const Snapshot snapshot = store_->snapshot();
  for (const auto& [name, known] : known_)
    times_[name] =
        snapshot.resources().read(known.write.type, known.write.id)->updated.time_since_epoch().count();
  middle_ = times_["Observation/o60"];
  std::size_t found = 0, all = 0;
  for (int round = 0; round < 400; ++round) {
    HiddenPatients visibility;
    for (std::size_t i = pick(5); i > 0; --i) visibility.patients.insert(PatientNumber(1 + pick(12)));
    if (pick(2) == 0) visibility.shapes.insert(std::uint32_t(pick(all_shapes)));
    if (pick(2) == 0) visibility.resources = some_resources(2 + pick(6));
    Query wanted;
    wanted.type = pick(3) == 0 ? "Patient" : "Observation";
    for (std::size_t i = 1 + pick(3); i > 0; --i)
      wanted.where.conditions.push_back(tree(wanted.type, pick(3)));
    wanted.count = 1'000;
    wanted.total = true;
    for (const Visibility* eyes :
         {static_cast<const Visibility*>(nullptr), static_cast<const Visibility*>(&visibility)}) {
      std::set<std::string> must, ids;
      for (const auto& [name, known] : known_)
        if (known.write.type == wanted.type && (!eyes || sees(*eyes, known)) &&
            fits({wanted.where}, known, eyes))
          must.insert(known.write.id);
      const auto result = snapshot.searches().search(wanted, {}, eyes);
      ASSERT_TRUE(result) << result.error().summary();
      for (const Pk pk : result->matches) EXPECT_TRUE(ids.insert(snapshot.resources().at(pk)->id).second);
      ASSERT_EQ(ids, must) << "round " << round;
      EXPECT_EQ(result->total, must.size());
      found += must.size(), all += wanted.type == "Patient" ? 12 : 120;
    }
  }
  EXPECT_GT(found, all / 10) << "or the trees find too little to show anything";
  EXPECT_LT(found, all * 9 / 10);
}

}  // namespace
}  // namespace handoff::sqlite
