#include "mapping/test_runner.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/civil.h"
#include "mapping/test_file.h"

namespace handoff::mapping {
namespace {

constexpr std::string_view default_now = "2024-06-30T23:59:59-04:00";

// The resources that a test declares as existing.
class TestWorld final : public World {
 public:
  explicit TestWorld(json::Value resources) : resources_(resources) {}

  // A resource that the test declares keeps its id, as in a store.
  std::string id_of(std::string_view type, std::string_view system, std::string_view value) override {
    if (const auto found = resources_ ? find(type, system, value) : std::nullopt)
      return found->substr(found->find('/') + 1);
    return offline_.id_of(type, system, value);
  }
  identity::Recognition recognize(const PersonClaim& claim, std::string_view derived_id) override {
    for (const Identifier& link : resources_ ? claim.links : std::vector<Identifier>())
      if (const auto found = find("Patient", link.system, link.value))
        return {found->substr(found->find('/') + 1), {}};
    return {std::string(derived_id), {}};
  }
  std::optional<std::string> find(std::string_view type, std::string_view system,
                                  std::string_view value) override {
    if (!resources_) return offline_.find(type, system, value);
    for (const json::Value resource : resources_.items()) {
      const json::Value identifier = resource["identifier"];
      const json::Value one[] = {identifier};
      for (const json::Value each :
           identifier.is_array() ? identifier.items() : std::span<const json::Value>(one))
        if (resource["resourceType"].text() == type && each["system"].text() == system &&
            each["value"].text() == value)
          return fmt::format("{}/{}", type, resource["id"].text());
    }
    return std::nullopt;
  }
  json::Value read(std::string_view reference) override {
    for (const json::Value resource : resources_.items())
      if (fmt::format("{}/{}", resource["resourceType"].text(), resource["id"].text()) == reference)
        return resource;
    return {};
  }
  std::vector<json::Value> of_patient(const fhir::Reference& patient, std::string_view type) override {
    std::vector<json::Value> all;
    for (const json::Value resource : resources_.items())
      for (const std::string_view name : {"patient", "subject", "for"})
        if (resource["resourceType"].text() == type && resource[name]["reference"].text() == patient.text())
          all.push_back(resource);
    return all;
  }
  bool knows_people() const override { return bool(resources_); }

 private:
  json::Value resources_;
  OfflineWorld offline_;
};

// The outcome of one test's input.
struct Results {
  std::vector<Mapped> mapped;
  std::vector<Rejection> rejections;
  std::vector<Waiting> waiting;
  std::size_t duplicates = 0, empty = 0;
};

Instant instant_of(json::Value text, std::string_view otherwise) {
  const auto span = span_of(text ? text.text() : otherwise);
  return span ? span->last : Instant{};
}

// What all tests of a mapping share.
struct Means {
  const Mapping& mapping;
  std::function<std::vector<Issue>(json::Value resource)> refusals;
  LookupRows used = {};
};

Result<Results> run_input(Means& means, json::Value test) {
  const Mapping& mapping = means.mapping;
  const Instant now = instant_of(test["now"], default_now);
  const json::Value input = test["input"];
  auto source = input.is_string()
                    ? mapping.read(read_text(mapping.folder() / "tests" / std::string(input.text())),
                                   std::string(input.text()), now)
                    : mapping.read_rows(input, now);
  if (!source) return source.error();
  TestWorld world(test["world"]);
  RunContext context{&world, now, source->file, source->file_hash, &means.used, means.refusals};
  std::optional<Instant> stage;
  if (test["at"]) stage = instant_of(test["at"], {});
  Results results;
  for (const SourceRecord& record : source->records) {
    if (record.is_duplicate) {
      ++results.duplicates;
      continue;
    }
    Outcome outcome = mapping.run(record, stage, context);
    if (auto* made = std::get_if<Mapped>(&outcome)) {
      if (made->entries.empty()) ++results.empty;
      results.mapped.push_back(std::move(*made));
    } else if (auto* refused = std::get_if<Rejection>(&outcome))
      results.rejections.push_back(std::move(*refused));
    else results.waiting.push_back(std::move(std::get<Waiting>(outcome)));
  }
  return results;
}

bool is_produced(json::Value expected, const Results& results) {
  return std::any_of(results.mapped.begin(), results.mapped.end(), [&](const Mapped& mapped) {
    return std::any_of(mapped.entries.begin(), mapped.entries.end(),
                       [&](const Entry& entry) { return is_part(expected, entry.resource); });
  });
}

bool is_rejection(json::Value expected, const Rejection& rejection) {
  const json::Value record = expected["record"], field = expected["field"];
  return (!record || record.text() == std::to_string(rejection.record)) &&
         (!field || field.text() == rejection.field) &&
         rejection.reason.find(expected["reason"].text()) != std::string::npos;
}

void compare_rejections(json::Value expected, const Results& results, std::vector<std::string>& messages) {
  for (const json::Value one : expected.items())
    if (std::none_of(results.rejections.begin(), results.rejections.end(),
                     [&](const Rejection& r) { return is_rejection(one, r); }))
      messages.push_back("not rejected: " + json::write(one));
  for (const Rejection& rejection : results.rejections) {
    const auto items = expected.items();
    if (std::none_of(items.begin(), items.end(),
                     [&](json::Value one) { return is_rejection(one, rejection); }))
      messages.push_back(
          fmt::format("rejected: record {} {}: {}", rejection.record, rejection.field, rejection.reason));
  }
}

void compare_waiting(json::Value expected, const Results& results, std::vector<std::string>& messages) {
  const auto matches = [](json::Value one, const Waiting& waiting) {
    return one["type"].text() == waiting.type && one["value"].text() == waiting.identifier.value;
  };
  for (const json::Value one : expected.items())
    if (std::none_of(results.waiting.begin(), results.waiting.end(),
                     [&](const Waiting& w) { return matches(one, w); }))
      messages.push_back("does not wait: " + json::write(one));
  for (const Waiting& waiting : results.waiting) {
    const auto items = expected.items();
    if (std::none_of(items.begin(), items.end(), [&](json::Value one) { return matches(one, waiting); }))
      messages.push_back(fmt::format("waits for {} {}", waiting.type, waiting.identifier.value));
  }
}

void compare_count(json::Value expected, std::size_t count, std::string_view noun,
                   std::vector<std::string>& messages) {
  if (expected && expected.text() != std::to_string(count))
    messages.push_back(fmt::format("{} {}", count, noun));
}

TestResult run_test(Means& means, json::Value test) {
  TestResult result{std::string(test["name"].text()), false, {}};
  auto results = run_input(means, test);
  if (!results) {
    result.messages.push_back(results.error().summary());
    return result;
  }
  for (const json::Value expected : test["expect"].items())
    if (!is_produced(expected, *results)) result.messages.push_back("not produced: " + json::write(expected));
  compare_rejections(test["rejects"], *results, result.messages);
  compare_waiting(test["waits"], *results, result.messages);
  compare_count(test["duplicates"], results->duplicates, "duplicates", result.messages);
  compare_count(test["empty"], results->empty, "empty", result.messages);
  result.passed = result.messages.empty();
  return result;
}

}  // namespace

bool TestReport::passed() const {
  return std::all_of(results.begin(), results.end(), [](const TestResult& result) { return result.passed; });
}

bool is_part(json::Value part, json::Value whole) {
  if (part.is_object() && whole.is_object())
    return std::all_of(part.members().begin(), part.members().end(),
                       [&](const json::Member& member) { return is_part(member.value, whole[member.key]); });
  if (part.is_array() && whole.is_array())
    return std::all_of(part.items().begin(), part.items().end(), [&](json::Value item) {
      return std::any_of(whole.items().begin(), whole.items().end(),
                         [&](json::Value other) { return is_part(item, other); });
    });
  return json::equal(part, whole);
}

Result<TestReport> run_tests(const Mapping& mapping,
                             std::function<std::vector<Issue>(json::Value resource)> refusals) {
  auto files = read_tests(mapping.folder() / "tests");
  if (!files) return files.error();
  TestReport report;
  Means means{mapping, std::move(refusals)};
  if (files->empty()) report.warnings.emplace_back("there are no tests (tests/*.json)");
  for (const auto& file : *files) report.results.push_back(run_test(means, file->document.root()));
  for (const auto& [table, key] : mapping.lookup_rows())
    if (!means.used.contains({table, key}))
      report.warnings.push_back(fmt::format("lookup {}: no test uses \"{}\"", table, key));
  return report;
}

}  // namespace handoff::mapping
