// Random worlds, seen by random recipients. Three ways must agree on every resource: the search through a
// View, the same consents joined in plain SQL, and the decision on each single resource. They must agree in
// totals, pages, order and included resources.
#include <sqlite3.h>

#include <cstdlib>

#include "consent/fold.h"
#include "sqlite/types.h"
#include "store/resources.h"
#include "views.h"

namespace handoff::disclosure {
namespace {

// The folded consents in plain SQL, without visible(). Each current resource is joined with its patient's
// class, its own or anyone's.
class Join {
 public:
  explicit Join(const std::filesystem::path& file) {
    EXPECT_EQ(sqlite3_open_v2(file.c_str(), &database_, SQLITE_OPEN_READWRITE, nullptr), SQLITE_OK);
    run("CREATE TEMP TABLE allowed (class INTEGER, shape INTEGER, PRIMARY KEY (class, shape))");
  }
  ~Join() { sqlite3_close(database_); }
  Join(const Join&) = delete;
  Join& operator=(const Join&) = delete;

  struct Row {
    std::string name, patient, shape;
  };
  std::vector<Row> permitted(const Audience& audience) {
    fill(audience);
    std::vector<Row> rows;
    run("SELECT r.type, r.id, p.id, s.labels FROM resource r JOIN shape s ON s.id = r.shape "
        "LEFT JOIN patient p ON p.number = r.patient LEFT JOIN " +
            grants(audience.recipient, audience.purpose) + " own ON own.patient = r.patient LEFT JOIN " +
            grants("*", audience.purpose) +
            " anyone ON anyone.patient = r.patient "
            "JOIN allowed a ON a.class = coalesce(own.class, anyone.class, 0) AND a.shape = r.shape WHERE "
            "r.deleted = 0",
        [&](const auto& text) {
          rows.push_back(
              {std::string(sqlite::type_name(std::stoll(text(0)))) + "/" + text(1), text(2), text(3)});
        });
    return rows;
  }
  // Patients whose class may have changed by now.
  Names due(const Audience& audience, Instant now) {
    Names patients;
    for (const std::string& recipient : {audience.recipient, std::string("*")})
      run("SELECT p.id FROM " + grants(recipient, audience.purpose) +
              " g JOIN patient p ON p.number = g.patient WHERE g.until_ms <= " +
              std::to_string(now.time_since_epoch().count()),
          [&](const auto& text) { patients.insert(text(0)); });
    return patients;
  }

 private:
  static std::string grants(const std::string& recipient, const std::string& purpose) {
    return fmt::format(
        "(SELECT patient, class, until_ms FROM patient_grant WHERE scope = (SELECT id FROM scope WHERE "
        "recipient = '{}' AND purpose = "
        "'{}') AND (until_ms < 9223372036854775807 OR class NOT IN (SELECT id FROM decision_class WHERE "
        "provisions = '')))",
        recipient, purpose);
  }
  // ORG-NONE is a unit of ORG-PCP1.
  static bool names_above(const Audience& audience, const std::string& labels) {
    if (audience.recipient != "Organization/ORG-NONE") return false;
    const auto row = consent::row_of(labels);
    return row &&
           std::find(row->named.begin(), row->named.end(), "Organization/ORG-PCP1") != row->named.end();
  }
  void fill(const Audience& audience) {
    run("DELETE FROM allowed");
    std::map<std::string, std::string> classes{{"0", ""}}, shapes;
    run("SELECT id, provisions FROM decision_class", [&](const auto& text) { classes[text(0)] = text(1); });
    run("SELECT id, labels FROM shape", [&](const auto& text) { shapes[text(0)] = text(1); });
    std::string values;
    for (const auto& [number, provisions] : classes)
      for (const auto& [shape, labels] : shapes)
        if (consent::decide_folded(audience.recipient, audience.purpose, provisions, labels) ||
            names_above(audience, labels))
          values += (values.empty() ? "(" : ",(") + number + "," + shape + ")";
    if (!values.empty()) run("INSERT INTO allowed VALUES " + values);
  }
  template <class Take>
  void run(const std::string& sql, Take take) {
    sqlite3_stmt* statement = nullptr;
    ASSERT_EQ(sqlite3_prepare_v2(database_, sql.c_str(), -1, &statement, nullptr), SQLITE_OK)
        << sqlite3_errmsg(database_) << sql;
    const auto text = [&](int column) {
      const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
      return std::string(bytes ? bytes : "");
    };
    while (sqlite3_step(statement) == SQLITE_ROW) take(text);
    EXPECT_EQ(sqlite3_finalize(statement), SQLITE_OK) << sqlite3_errmsg(database_);
  }
  void run(const std::string& sql) {
    run(sql, [](const auto&) {});
  }

  sqlite3* database_ = nullptr;
};

class ViewTest : public ViewsTest {
 protected:
  void compare_join(const RecipientView& view, const store::Snapshot& snapshot, const RowDecisions& decided) {
    Join join(folder_ / "handoff.db");
    const Names due = join.due(view.audience(), view.now());
    Names seen, with_others;
    for (const auto& row : join.permitted(view.audience())) {
      const auto shape = consent::row_of(row.shape);
      if (shape->asks || (view.audience().projected && shape->of_patient)) {
        const auto parts = fhir::split_reference(row.name);
        if (!view.release(*snapshot.resources().read(parts->type, parts->id))) continue;
      }
      seen.insert(row.name);
      const auto& disclosers = shape->disclosers;
      const bool is_own =
          std::find(disclosers.begin(), disclosers.end(), view.audience().recipient) != disclosers.end();
      const bool is_reason =
          !row.name.starts_with("Patient/") && (!row.name.starts_with("Consent/") || is_own);
      if (is_reason) with_others.insert(row.patient);
    }
    std::erase_if(seen, [&](const std::string& name) {
      return name.starts_with("Patient/") && !with_others.contains(name.substr(8));
    });
    Names expected;
    for (const auto& [name, resource] : decided.visible()) expected.insert(name);
    const auto drop_due = [&](Names& names) {
      std::erase_if(names, [&](const std::string& name) {
        const auto parts = fhir::split_reference(name);
        return due.contains(snapshot.resources().read(parts->type, parts->id)->patient.text());
      });
    };
    drop_due(seen);
    drop_due(expected);
    EXPECT_EQ(seen, expected);
  }

  // Searches by every kind of index row, from random resources, seen or hidden. What redaction leaves is
  // found by what it leaves, and by nothing else.
  static void compare_rows(const RecipientView& view, const store::Snapshot& snapshot, const State& state,
                           const RowDecisions& decided, sample::RandomWorld& world) {
    std::vector<std::string> names;
    std::map<std::string, search::IndexRows> left;
    for (const auto& [name, resource] : state.resources()) names.push_back(name);
    for (const auto& [name, resource] : decided.visible())
      left[name] = sample::shared_indexer().extract(resource);
    for (int i = 0; i < 12; ++i) {
      const std::string& name = world.any(names);
      const auto rows = sample::shared_indexer().extract(state.resources().at(name).body);
      compare_tokens(view, snapshot, decided, left, name, rows.tokens, world);
      compare_strings(view, snapshot, left, name, rows.strings, world);
    }
  }
  static search::Query bare(const std::string& name, search::ParameterTest test) {
    search::Query query;
    query.type = name.substr(0, name.find('/'));
    query.where.conditions = {{std::move(test)}};
    return query;
  }
  static void compare_tokens(const RecipientView& view, const store::Snapshot& snapshot,
                             const RowDecisions& decided,
                             const std::map<std::string, search::IndexRows>& left, const std::string& name,
                             const std::vector<search::HashRow>& rows, sample::RandomWorld& world) {
    if (rows.empty()) return;
    const search::HashRow row = world.any<search::HashRow>(rows);
    const auto has = [&](const search::IndexRows& of) {
      return std::binary_search(of.tokens.begin(), of.tokens.end(), row);
    };
    const search::ParameterTest test{
        .index = search::Index::token, .parameter = row.parameter, .ranges = {search::HashKey{row.hash}}};
    const Found found = all_pages(view, snapshot, bare(name, test), 7);
    Names expected;
    for (const auto& [other, of] : left)
      if (has(of) || decided.is_given(other, [&](json::Value given) {
            return has(sample::shared_indexer().extract(given));
          }))
        expected.insert(other);
    EXPECT_EQ(Names(found.names.begin(), found.names.end()), expected)
        << name << " by " << (row.parameter & 0xFFFF);
    EXPECT_EQ(found.total, expected.size());
  }
  static void compare_strings(const RecipientView& view, const store::Snapshot& snapshot,
                              const std::map<std::string, search::IndexRows>& left, const std::string& name,
                              const std::vector<search::StringRow>& rows, sample::RandomWorld& world) {
    if (rows.empty()) return;
    const search::StringRow row = world.any<search::StringRow>(rows);
    const search::TextRange range{row.value, row.value + "\x01"};
    const Found found = all_pages(
        view, snapshot,
        bare(name, {.index = search::Index::string, .parameter = row.parameter, .ranges = {range}}), 7);
    Names expected;
    for (const auto& [other, has] : left)
      if (std::find(has.strings.begin(), has.strings.end(), row) != has.strings.end()) expected.insert(other);
    EXPECT_EQ(Names(found.names.begin(), found.names.end()), expected) << name;
    EXPECT_EQ(found.total, expected.size());
  }

  // Sorted by a key: by the smallest value that is left. Resources without a value come last.
  static void compare_sorted(const RecipientView& view, const store::Snapshot& snapshot, const State& state,
                             const RowDecisions& decided, std::string_view type, const char* key) {
    search::Query query = query_of(type, {{"_sort", key}});
    const search::ParameterKey parameter = query.sort.by->parameter;
    using Key = std::tuple<bool, std::string, std::int64_t, std::int64_t, std::string>;
    std::vector<Key> expected;
    for (const auto& [name, resource] : decided.visible()) {
      if (!name.starts_with(std::string(type) + "/")) continue;
      Key one{true, {}, 0, -std::int64_t(state.resources().at(name).version.pk), name};
      const search::IndexRows rows = sample::shared_indexer().extract(resource);
      for (const auto& row : rows.dates)
        if (row.parameter == parameter && (std::get<0>(one) || row.first_ms < std::get<2>(one)))
          std::get<0>(one) = false, std::get<2>(one) = row.first_ms;
      for (const auto& row : rows.strings)
        if (row.parameter == parameter && (std::get<0>(one) || row.value < std::get<1>(one)))
          std::get<0>(one) = false, std::get<1>(one) = row.value;
      expected.push_back(one);
    }
    std::sort(expected.begin(), expected.end());
    std::vector<std::string> names;
    for (const Key& one : expected) names.push_back(std::get<4>(one));
    EXPECT_EQ(all_pages(view, snapshot, query, 3).names, names) << type << " by " << key;
  }

  // Included resources: those that a match still refers to, or that still refer to it, if they are seen
  // themselves.
  static void compare_included(const RecipientView& view, const store::Snapshot& snapshot,
                               const RowDecisions& decided, std::string_view type, const char* path,
                               bool reverse) {
    const search::Query query = query_of(type, {{reverse ? "_revinclude" : "_include", path}});
    const search::Include& include = query.includes.front();
    const Found found = all_pages(view, snapshot, query, 100);
    Names expected;
    for (const auto& [name, resource] : decided.visible()) {
      if (!name.starts_with(std::string(reverse ? include.source : type) + "/")) continue;
      for (const search::Referred& referred :
           query_of(include.source, {{"_include", path}}).includes.front().referred_by(resource, r4()))
        if (const std::string& target = referred.target;
            decided.visible().contains(target) && (!reverse || target.starts_with(std::string(type) + "/")))
          expected.insert(reverse ? name : target);
    }
    EXPECT_EQ(Names(found.included.begin(), found.included.end()), expected) << path;
  }

  struct Tally {
    std::size_t visible = 0, hidden = 0, redacted = 0, asked = 0, own = 0;
  };
  void compare(sample::RandomWorld& world, Scope& scope, const Audience& audience,
               const store::Snapshot& snapshot, const State& state, Tally& tally) {
    const RecipientView view(snapshot, scope, audience, clock_.now());
    const RowDecisions decided(state, audience, clock_.now());
    compare_types(view, snapshot, state, decided, world);
    compare_join(view, snapshot, decided);
    compare_rows(view, snapshot, state, decided, world);
    compare_sorted(view, snapshot, state, decided, "Patient", "birthdate");
    compare_sorted(view, snapshot, state, decided, "Patient", "family");
    compare_sorted(view, snapshot, state, decided, "Condition", "recorded-date");
    for (const auto& [type, path] : {std::pair("CarePlan", "CarePlan:goal"),
                                     {"Provenance", "Provenance:target"},
                                     {"Condition", "Condition:subject"}})
      compare_included(view, snapshot, decided, type, path, false);
    for (const auto& [type, path] : {std::pair("Goal", "CarePlan:goal"),
                                     {"CarePlan", "Provenance:target"},
                                     {"Patient", "Condition:subject"}})
      compare_included(view, snapshot, decided, type, path, true);
    tally.visible += decided.visible().size();
    tally.hidden += state.resources().size() - decided.visible().size();
    for (const auto& [name, resource] : decided.visible()) tally.redacted += decided.is_redacted(name);
    for (const auto& [name, resource] : decided.visible()) {
      const State::Resource& of = state.resources().at(name);
      tally.asked += of.row.asks;
      tally.own += of.row.of_patient && "Organization/" + of.version.disclosers == audience.recipient;
    }
  }
};

int worlds_count() {
  const char* text = std::getenv("HANDOFF_WORLDS");
  return text ? std::atoi(text) : 40;
}

TEST_F(ViewTest, FunctionJoinAndRowDecisionAgree) {
  Tally tally;
  for (int seed = 1; seed <= worlds_count() && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    if (seed > 1) TearDown(), SetUp();
    sample::RandomWorld world{unsigned(seed)};
    clock_.set(sample::at("2024-03-01") + std::chrono::hours(24 * world.between(0, 40)));
    admit_world(world, world.between(10, 25));
    if (HasFatalFailure()) return;
    const store::Snapshot snapshot = store_->snapshot();
    const State state(snapshot);
    std::vector<Audience> audiences;
    for (int i = 0; i < 4; ++i) audiences.push_back(audience(world));
    std::map<Audience, std::unique_ptr<Scope>> scopes;
    for (int moment = 0; moment < 2; ++moment) {
      for (const Audience& one : audiences) {
        SCOPED_TRACE(one.recipient + " " + one.purpose + (one.projected ? " projected" : ""));
        std::unique_ptr<Scope>& scope = scopes[one];
        if (!scope) scope = std::make_unique<Scope>(one);
        compare(world, *scope, one, snapshot, state, tally);
        if (HasFailure()) break;
      }
      clock_.set(clock_.now() + std::chrono::hours(24 * world.between(5, 70)));
    }
  }
  const std::size_t worlds = std::size_t(worlds_count());
  EXPECT_GT(tally.visible, 150 * worlds) << "or nothing is shown";
  EXPECT_GT(tally.hidden, 500 * worlds);
  EXPECT_GT(tally.redacted, 15 * worlds);
  EXPECT_GT(tally.asked, 8 * worlds);
  EXPECT_GT(tally.own, 50 * worlds);
}

}  // namespace
}  // namespace handoff::disclosure
