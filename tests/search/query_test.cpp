// Searches as text, good and bad, and what they are read as.
#include "search/query.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "core/civil.h"
#include "core/hash.h"
#include "json/document.h"

namespace handoff::search {
namespace {

const fhir::Definitions& r4() { return fhir::Definitions::r4(); }
const Instant now = span_of("2024-06-30T12:00:00Z")->first;

// "code=a&date=ge2024" as parameters, without decoding.
Parameters parameters_of(std::string_view text) {
  Parameters parameters;
  while (!text.empty()) {
    const auto end = text.find('&');
    const std::string_view part = text.substr(0, end);
    text = end == text.npos ? std::string_view{} : text.substr(end + 1);
    const auto equals = part.find('=');
    parameters.emplace_back(part.substr(0, equals), part.substr(equals + 1));
  }
  return parameters;
}

Result<Query> parsed(std::string_view type, std::string_view text, bool lenient = false) {
  return parse(r4(), type, parameters_of(text), {now, "https://here/fhir", lenient});
}

// The test in the only condition, or in one of several.
ParameterTest test_in(const Query& query, std::size_t place = 0) {
  return std::get<ParameterTest>(query.where.conditions.at(place).is);
}

std::vector<std::uint64_t> hashes_of(const ParameterTest& test) {
  std::vector<std::uint64_t> all;
  for (const KeyRange& range : test.ranges) all.push_back(std::get<HashKey>(range).hash);
  return all;
}

std::vector<std::uint64_t> hashes(std::vector<std::string> texts) {
  std::vector<std::uint64_t> all;
  for (const std::string& text : texts) all.push_back(hash64(text));
  std::sort(all.begin(), all.end());
  return all;
}

// References as they are, and below this server's base.
std::vector<std::string> with_absolute(std::vector<std::string> references) {
  for (std::size_t i = references.size(); i > 0; --i)
    references.push_back("https://here/fhir/" + references[i - 1]);
  return references;
}

TEST(Query, HashesWhatIsFoundByHash) {
  struct Case {
    const char *type, *text;
    std::vector<std::string> wanted;
    Index index;
  };
  const Case cases[] = {
      {"Observation", "code=1-8", {"1-8"}, Index::token},
      {"Observation", "code=http://loinc.org|1-8", {"http://loinc.org|1-8"}, Index::token},
      {"Observation", "code=|1-8", {"|1-8"}, Index::token},
      {"Observation", "code=a,s|b,a", {"a", "s|b"}, Index::token},
      {"Observation", R"(code=a\,b\|c\$d\\)", {R"(a,b|c$d\)"}, Index::token},
      {"Observation", R"(code=s\|t|c)", {"s|t|c"}, Index::token},
      {"Patient", "_id=p1", {"p1"}, Index::token},
      {"Patient", "active=true", {"true"}, Index::token},
      {"Observation", "code=s|", {"s|"}, Index::token},
      {"Observation", "patient=Patient/1", with_absolute({"Patient/1"}), Index::reference},
      {"Observation", "patient=1", with_absolute({"Patient/1", "Group/1"}), Index::reference},
      {"Observation", "subject=1", with_absolute({"Group/1", "Device/1", "Patient/1", "Location/1"}),
       Index::reference},
      {"Observation", "subject:Group=1", with_absolute({"Group/1"}), Index::reference},
      {"Observation", "subject:Group=Group/1", with_absolute({"Group/1"}), Index::reference},
      {"Observation",
       "subject=https://here/fhir/Patient/1",
       {"Patient/1", "https://here/fhir/Patient/1"},
       Index::reference},
      {"Observation",
       "subject=https://there/fhir/Patient/1",
       {"https://there/fhir/Patient/1"},
       Index::reference},
      {"CarePlan",
       "instantiates-canonical=http://x/PlanDefinition/a|1",
       {"http://x/PlanDefinition/a|1"},
       Index::reference},
      {"Patient", "_profile=http://x/p", {"http://x/p"}, Index::uri},
      {"ValueSet", R"(url=http://x\,y)", {"http://x,y"}, Index::uri},
  };
  for (const Case& each : cases) {
    const auto query = parsed(each.type, each.text);
    ASSERT_TRUE(query) << each.text << ' ' << query.error().summary();
    ASSERT_EQ(query->where.conditions.size(), 1u);
    EXPECT_EQ(hashes_of(test_in(*query)), hashes(each.wanted)) << each.text;
    EXPECT_EQ(test_in(*query).index, each.index) << each.text;
    const std::string_view name =
        std::string_view(each.text).substr(0, std::string_view(each.text).find_first_of("=:"));
    EXPECT_EQ(test_in(*query).parameter,
              parameter_key(r4(), each.type, *r4().find_search_parameter(each.type, name)));
  }
}

TEST(Query, StringsBecomeRanges) {
  const auto query = parsed("Patient", "name=M\xC3\x9Cller,  o'Brien \xE2\x82\xAC&name=x");
  ASSERT_TRUE(query);
  ASSERT_EQ(query->where.conditions.size(), 2u) << "repeated: both must hold";
  const ParameterTest test = test_in(*query);
  const auto& first = std::get<TextRange>(test.ranges.at(0));
  const auto& second = std::get<TextRange>(test.ranges.at(1));
  EXPECT_EQ(first.first, "muller");
  EXPECT_EQ(first.behind, "mulles");
  EXPECT_EQ(first.given, "M\xC3\x9Cller");
  EXPECT_EQ(second.first, "obrien \xE2\x82\xAC");
  EXPECT_EQ(second.behind, "obrien \xE2\x82\xAD");
}

// R4 "search", prefixes, word by word: compares the value's span with the resource's span. Both ends are
// included.
bool prefix_fits(std::string_view prefix, std::int64_t low, std::int64_t high, std::int64_t first,
                 std::int64_t last) {
  const bool contains = low <= first && last <= high, above = last > high, below = first < low;
  if (prefix == "eq" || prefix.empty()) return contains;
  if (prefix == "ne") return !contains;
  if (prefix == "gt") return above;
  if (prefix == "lt") return below;
  if (prefix == "ge") return above || contains;
  if (prefix == "le") return below || contains;
  if (prefix == "sa") return first > high;
  if (prefix == "eb") return last < low;
  return first <= high && low <= last;  // ap: they overlap
}

constexpr const char* prefixes[] = {"", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"};

TEST(Query, DatesFollowThePrefixTable) {
  std::mt19937 random{3};
  const auto pick = [&](std::int64_t below) {
    return std::uniform_int_distribution<std::int64_t>(0, below - 1)(random);
  };
  const char* values[] = {"2024", "2024-02", "2024-02-03", "2024-02-03T10:00:00Z", "2024-02-03T10:00"};
  const ParameterKey date =
      parameter_key(r4(), "Observation", *r4().find_search_parameter("Observation", "date"));
  int fitting = 0, all = 0;
  for (const char* prefix : prefixes)
    for (const char* value : values) {
      const auto span = *span_of(value);
      std::int64_t low = span.first.time_since_epoch().count(), high = span.last.time_since_epoch().count();
      // A tenth of the distance.
      const std::int64_t margin =
          std::string_view(prefix) == "ap" ? (now.time_since_epoch().count() - low) / 10 : 0;
      low -= margin, high += margin;
      for (const char* name : {"date", "_lastUpdated"}) {
        const auto query = parsed("Observation", fmt::format("{}={}{}", name, prefix, value));
        ASSERT_TRUE(query) << query.error().summary();
        for (int i = 0; i < 300; ++i) {
          const std::int64_t edges[] = {low,
                                        high,
                                        low - 1,
                                        high + 1,
                                        low + 1,
                                        high - 1,
                                        low + pick(high - low + 2),
                                        low - pick(1'000'000)};
          std::int64_t first = edges[pick(8)], last = edges[pick(8)];
          if (std::string_view(name) == "_lastUpdated") last = first;
          if (last < first) std::swap(first, last);
          IndexRows rows;
          rows.dates = {{date, first, last}};
          const bool wanted = prefix_fits(prefix, low, high, first, last);
          ASSERT_EQ(holds({query->where}, rows, first), wanted)
              << prefix << value << ' ' << first - low << ' ' << last - high;
          fitting += wanted, ++all;
        }
      }
    }
  EXPECT_GT(fitting, all / 4);
  EXPECT_LT(fitting, all * 3 / 4);
}

TEST(Query, NumbersFollowThePrefixTable) {
  struct Case {
    const char* value;
    double number, low, high;  // what its digits leave open, by R4's own examples
  };
  const Case cases[] = {{"100", 100, 99.5, 100.5},
                        {"100.00", 100, 99.995, 100.005},
                        {"1e2", 100, 95, 105},
                        {"-0.5", -0.5, -0.55, -0.45},
                        {"0.1e-1", 0.01, 0.0095, 0.0105}};
  const ParameterKey probability =
      parameter_key(r4(), "RiskAssessment", *r4().find_search_parameter("RiskAssessment", "probability"));
  for (const Case& each : cases)
    for (const std::string prefix : prefixes) {
      const auto query = parsed("RiskAssessment", "probability=" + prefix + each.value);
      ASSERT_TRUE(query) << query.error().summary();
      const double half = (each.high - each.low) / 2, tenth = std::abs(each.number) / 10, step = half / 1'000;
      for (const double edge : {each.number, each.low, each.high, each.number - tenth, each.number + tenth})
        for (const double away : {-2.5, -1.0, 1.0, 2.5}) {
          const double value = edge + away * step;
          bool wanted = each.low <= value && value < each.high;
          if (prefix == "ne") wanted = !wanted;
          else if (prefix == "gt" || prefix == "sa") wanted = value > each.number;
          else if (prefix == "lt" || prefix == "eb") wanted = value < each.number;
          else if (prefix == "ge") wanted = value >= each.number;
          else if (prefix == "le") wanted = value <= each.number;
          else if (prefix == "ap") wanted = std::abs(value - each.number) <= tenth;
          IndexRows rows;
          rows.numbers = {{probability, 0, value}};
          EXPECT_EQ(holds({query->where}, rows, 0), wanted) << prefix << each.value << ' ' << value;
        }
      IndexRows exact;
      exact.numbers = {{probability, 0, each.number}};
      const bool open =
          prefix == "ne" || prefix == "gt" || prefix == "sa" || prefix == "lt" || prefix == "eb";
      EXPECT_EQ(holds({query->where}, exact, 0), !open) << prefix << each.value;
    }
  const auto unit_of = [](const char* text) {
    return std::get<NumberRange>(test_in(*parsed("Observation", text)).ranges.at(0)).unit_hash;
  };
  EXPECT_EQ(unit_of("value-quantity=5.4|http://unitsofmeasure.org|mg"),
            hash64("http://unitsofmeasure.org|mg"));
  EXPECT_EQ(unit_of("value-quantity=lt5.4||mg"), hash64("|mg"));
  EXPECT_EQ(unit_of("value-quantity=5.4"), 0u);
}

TEST(Query, HiddenReferencesMatchNothing) {
  const auto query =
      parsed("Observation", "subject=Patient/1,Patient/2&code=a&patient=https://here/fhir/Patient/1");
  const Query seen =
      without_references(*query, [](const std::string& reference) { return reference == "Patient/1"; });
  const auto has = [](const Query& of, std::size_t place, const char* text) {
    const auto all = hashes_of(test_in(of, place));
    return std::find(all.begin(), all.end(), hash64(std::string_view(text))) != all.end();
  };
  EXPECT_TRUE(has(*query, 0, "Patient/1") && has(*query, 2, "Patient/1"));
  EXPECT_FALSE(has(seen, 0, "Patient/1") || has(seen, 2, "Patient/1") ||
               has(seen, 2, "https://here/fhir/Patient/1"));
  EXPECT_TRUE(has(seen, 0, "Patient/2") && has(seen, 1, "a"));
  EXPECT_EQ(test_in(seen).ranges.size(), 4u) << "as much is looked up as for one that is not there";
}

TEST(Query, ReadsWhatTheResultShallBe) {
  const Query plain = *parsed("Patient", "");
  EXPECT_EQ(plain.count, 20u);
  EXPECT_FALSE(plain.total || plain.only_total || plain.sort.by || plain.cursor);
  EXPECT_TRUE(plain.sort.descending) << "newest first";
  EXPECT_EQ(parsed("Patient", "_count=1")->count, 1u);
  EXPECT_EQ(parsed("Patient", "_count=100000000000000000000000")->count, 100u);
  EXPECT_TRUE(parsed("Patient", "_count=0")->only_total);
  EXPECT_TRUE(parsed("Patient", "_summary=count")->only_total);
  EXPECT_FALSE(parsed("Patient", "_summary=false&_total=none")->total);
  EXPECT_TRUE(parsed("Patient", "_total=accurate")->total && parsed("Patient", "_total=estimate")->total);
  EXPECT_FALSE(parsed("Patient", "_sort=_lastUpdated")->sort.descending);
  EXPECT_TRUE(parsed("Patient", "_sort=-_lastUpdated")->sort.descending);
  const Sort sort = parsed("Patient", "_sort=-birthdate")->sort;
  EXPECT_TRUE(sort.descending && sort.by && sort.by->index == Index::date);
  EXPECT_EQ(parsed("Patient", "_sort=family")->sort.by->index, Index::string);
  EXPECT_EQ(parsed("Patient", "_cursor=abc")->cursor, "abc");
  EXPECT_EQ(
      parsed("Patient", "name=a|b&_cursor=x&_count=5&_format=json&_include=Patient:organization")->text(),
      "name=a%7Cb&_count=5&_include=Patient%3Aorganization");
}

TEST(Query, IncludesNameWhatComesAlong) {
  const auto forward =
      parsed("Observation", "_include=Observation:subject&_include=Observation:performer:Practitioner");
  ASSERT_TRUE(forward) << forward.error().summary();
  EXPECT_EQ(forward->includes[0].targets,
            (std::vector<std::string>{"Device", "Group", "Location", "Patient"}));
  EXPECT_EQ(forward->includes[1].targets, std::vector<std::string>{"Practitioner"});
  const auto document = json::parse(R"({"resourceType":"Observation","subject":{"reference":"Patient/1"},
    "performer":[{"reference":"Practitioner/2"},{"reference":"Practitioner/2/_history/3"},{"reference":"Organization/3"},{"reference":"#c"},
    {"reference":"https://there/Practitioner/4"},{"reference":"https://here/fhir/Practitioner/5"},{"display":"x"}]})");
  EXPECT_EQ(forward->includes[0].referred_by(document->root(), r4()), std::vector<Referred>{{"Patient/1"}});
  EXPECT_EQ(forward->includes[1].referred_by(document->root(), r4()),
            (std::vector<Referred>{{"Practitioner/2"}, {"Practitioner/2", "3"}, {"Practitioner/5"}}));
  const auto reverse =
      parsed("Patient", "_revinclude=Observation:subject&_revinclude=Provenance:target:Patient");
  ASSERT_TRUE(reverse) << reverse.error().summary();
  EXPECT_TRUE(reverse->includes[1].reverse);
  EXPECT_EQ(reverse->includes[1].source, "Provenance");
}

TEST(Query, RefusesNamingTheParameter) {
  std::string many;
  for (std::size_t i = 0; i <= limits::search_values_max; ++i) many += (i ? ",a" : "a");
  const std::string long_name(129, 'a'), long_value(limits::search_value_bytes_max + 1, 'a');
  struct Case {
    const char* type;
    std::string text;
    const char* expected;  // code and expression
  };
  const Case cases[] = {
      {"Patient", "shoe=1", "not-supported http.shoe"},
      {"Patient", "s\xC3\xBChoe=1", "not-supported http.s??hoe"},
      {"Patient", "name:exact=a", "not-supported http.name:exact"},
      {"Patient", "name:contains=a", "not-supported http.name:contains"},
      {"Patient", "name:missing=true", "not-supported http.name:missing"},
      {"Patient", "name:=a", "not-supported http.name:"},
      {"Observation", "code:not=a", "not-supported http.code:not"},
      {"Observation", "code=|", "value http.code"},
      {"Observation", "code=a|b|c", "value http.code"},
      {"Observation", "code=a,", "value http.code"},
      {"Observation", "code=a,,b", "value http.code"},
      {"Observation", R"(code=a\b)", "value http.code"},
      {"Observation", "code=a\\", "value http.code"},
      {"Observation", "code=" + many, "too-long http.code"},
      {"Observation", "code=" + long_value, "too-long http.code"},
      {"Observation", "code-value-quantity=a$1", "not-supported http.code-value-quantity"},
      {"Location", "near=1|2", "not-supported http.near"},
      {"Patient", "_text=a", "not-supported http._text"},
      {"Patient", "_filter=a", "not-supported http._filter"},
      {"Patient", "_has:Observation:patient:code=1", "not-supported http._has:Observation:patient:code"},
      {"Patient", "organization.name=a", "not-supported http.organization.name"},
      {"Observation", "subject:Patient.name=a", "not-supported http.subject:Patient.name"},
      {"Observation", "subject:identifier=a|b", "not-supported http.subject:identifier"},
      {"Observation", "patient=Device/1", "value http.patient"},
      {"Observation", "patient=Shoe/1", "value http.patient"},
      {"Observation", "subject:Group=Patient/1", "value http.subject:Group"},
      {"Observation", "subject=a_b", "value http.subject"},
      {"Observation", "subject:Group=http://x/Group/1", "value http.subject:Group"},
      {"Provenance", "target=1", "value http.target"},
      {"Patient", "name=   ", "value http.name"},
      {"Patient", "name=" + long_name, "value http.name"},
      {"Patient", "name=\xFF", "value http.name"},
      {"Patient", "birthdate=,", "value http.birthdate"},
      {"Patient", "birthdate=2024-13", "value http.birthdate"},
      {"Patient", "birthdate=xx2024", "value http.birthdate"},
      {"Patient", "birthdate=gt", "value http.birthdate"},
      {"Patient", "_lastUpdated=never", "value http._lastUpdated"},
      {"Patient", "_lastUpdated:not=2024", "not-supported http._lastUpdated:not"},
      {"RiskAssessment", "probability=much", "value http.probability"},
      {"RiskAssessment", "probability=1x", "value http.probability"},
      {"RiskAssessment", "probability=inf", "value http.probability"},
      {"RiskAssessment", "probability=gt", "value http.probability"},
      {"Observation", "value-quantity=1|mg", "value http.value-quantity"},
      {"Observation", "value-quantity=1|s|", "value http.value-quantity"},
      {"Patient", "_count=x", "value http._count"},
      {"Patient", "_count=-1", "value http._count"},
      {"Patient", "_count=1&_count=2", "invalid http._count"},
      {"Patient", "_sort=name,birthdate", "not-supported http._sort"},
      {"Patient", "_sort=identifier", "not-supported http._sort"},
      {"Patient", "_sort=shoe", "value http._sort"},
      {"Patient", "_total=some", "value http._total"},
      {"Patient", "_summary=text", "not-supported http._summary"},
      {"Patient", "_elements=id", "not-supported http._elements"},
      {"Patient", "_include=*", "not-supported http._include"},
      {"Patient", "_include=Patient:*", "not-supported http._include"},
      {"Patient", "_include=Patient", "value http._include"},
      {"Patient", "_include=Patient:name", "value http._include"},
      {"Patient", "_include=Patient:organization:Group", "value http._include"},
      {"Patient", "_include=Patient:organization:", "value http._include"},
      {"Patient", "_include=Observation:subject", "not-supported http._include"},
      {"Patient", "_include:iterate=Patient:organization", "not-supported http._include:iterate"},
      {"Patient", "_revinclude=Shoe:subject", "value http._revinclude"},
      {"Patient", "_revinclude=Patient:organization", "value http._revinclude"},
      {"Patient", "_revinclude=Observation:subject:Group", "value http._revinclude"},
  };
  for (const Case& each : cases) {
    const auto query = parsed(each.type, each.text);
    ASSERT_FALSE(query) << each.text;
    EXPECT_EQ(query.error().kind, Kind::incorrect);
    EXPECT_EQ(query.error().issues[0].code + " " + query.error().issues[0].expression, each.expected)
        << each.text;
  }
  Parameters too_many(limits::search_parameters_max + 1, {"name", "a"});
  EXPECT_FALSE(parse(r4(), "Patient", too_many, {}));
  std::string includes;
  for (std::size_t i = 0; i <= limits::search_includes_max; ++i) includes += "&_include=Patient:organization";
  EXPECT_EQ(parsed("Patient", includes.substr(1)).error().issues[0].code, "too-long");
}

TEST(Query, TakesAnyText) {
  std::mt19937 random{7};
  const std::string_view letters = "ab01,|$\\:/.-+eE%\xC3\x9C\xFF ge";
  const char* names[] = {"code",         "subject", "value-string", "date",   "value-quantity", "_profile",
                         "_lastUpdated", "_sort",   "_include",     "_count", "subject:Patient"};
  int taken = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string value;
    for (std::size_t i = random() % 12; i > 0; --i) value += letters[random() % letters.size()];
    const auto query = parse(r4(), "Observation", {{names[random() % std::size(names)], value}}, {now});
    if (query) ++taken;
    else EXPECT_EQ(query.error().kind, Kind::incorrect) << value;
  }
  EXPECT_GT(taken, 1'000);
}

TEST(Query, LenientLeavesOutWhatItDoesNotKnow) {
  const auto query = parsed(
      "Patient", "shoe=1&organization.name=a&_has:Observation:patient:code=1&_elements=id&name=a", true);
  ASSERT_TRUE(query) << query.error().summary();
  EXPECT_EQ(query->text(), "name=a");
  EXPECT_EQ(query->where.conditions.size(), 1u);
  for (const char* still_wrong : {"name:exact=a", "birthdate=x", "_count=x", "_sort=shoe", "_include=*"})
    EXPECT_FALSE(parsed("Patient", still_wrong, true)) << still_wrong;
}

}  // namespace
}  // namespace handoff::search
