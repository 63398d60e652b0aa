// definitions_compiler IGUHEALTH MEDPLUM ERRATA OUTPUT: compares the two installed copies of the R4
// definitions, settles their differences by the errata, strips the prose and writes one binary. If something
// is not settled, it fails and lists it.
#include <deque>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>

#include "fhir/compiler/profiles.h"
#include "fhir/compiler/search_parameters.h"
#include "fhir/compiler/structures.h"
#include "fhir/compiler/value_sets.h"
#include "fhir/compiler/writer.h"

namespace handoff::fhir::compiler {
namespace {

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path + "; has gateway/setup run?");
  return {std::istreambuf_iterator<char>(file), {}};
}

// One package. Its documents stay open, because the model points into them.
class Package {
 public:
  Package(std::string folder, std::string suffix) : folder_(std::move(folder)), suffix_(std::move(suffix)) {}

  json::Value open(const std::string& name) {
    auto document = json::parse(read_file(folder_ + "/" + name + suffix_));
    if (!document) throw std::runtime_error(name + ": " + document.error().summary());
    return documents_.emplace_back(std::move(*document)).root();
  }

  Structures structures() {
    const json::Value bundles[] = {open("profiles-types"), open("profiles-resources")};
    read_compartments(bundles[1], compartments);
    return read_structures(bundles);
  }

  Profiles profiles(const Structures& structures) {
    const json::Value bundles[] = {open("profiles-types"), open("profiles-others"),
                                   open("extension-definitions")};
    return read_profiles(bundles, structures);
  }

  Terminology terminology() {
    Terminology all;
    for (const char* name : {"valuesets", "v3-codesystems", "v2-tables"}) all.add(open(name));
    return all;
  }

  Compartments compartments;

 private:
  std::string folder_, suffix_;
  std::deque<json::Document> documents_;
};

int report(const Findings& findings) {
  for (const auto& [id, text] : findings) std::cerr << id << ": " << text << '\n';
  std::cerr << findings.size()
            << " findings about the R4 definitions: settle each in fhir-profiles/errata.json\n";
  return 1;
}

void append(Findings& all, const Findings& more) { all.insert(all.end(), more.begin(), more.end()); }

// Takes structures, value sets and compartments from iguhealth, and search parameters from medplum.
Model make_model(Package& iguhealth, Package& medplum, Errata& errata, Findings& findings) {
  Model model{.version = "4.0.1",
              .structures = iguhealth.structures(),
              .value_sets = {},
              .search_parameters = {},
              .compartments = {},
              .profiles = {}};
  Structures theirs = medplum.structures();
  std::erase_if(theirs,
                [&](const auto& entry) { return bool(errata.find("structures", entry.first, "drop")); });
  errata.settle("structures", compare(model.structures, theirs), findings);
  repair(model.structures, errata);
  append(findings, check(model.structures));

  model.value_sets =
      expand(model.structures, iguhealth.terminology(), medplum.terminology(), errata, findings);

  model.search_parameters = read_search_parameters(medplum.open("search-parameters"), findings);
  repair(model.search_parameters, errata);
  const auto others = read_search_parameters(iguhealth.open("search-parameters"), findings);
  errata.settle("search_parameters", compare(model.search_parameters, others), findings);
  append(findings, check(model.search_parameters, model.structures));

  read_compartments(medplum.open("compartmentdefinition-patient"), medplum.compartments);
  model.compartments = settle(iguhealth.compartments, medplum.compartments, errata, findings);

  const Profiles profiles = iguhealth.profiles(model.structures);
  errata.settle("profiles", compare(profiles, medplum.profiles(model.structures)), findings);
  model.profiles = join(profiles);
  errata.find_unused(findings);
  return model;
}

int run(char** arguments) {
  Package iguhealth(arguments[1] + std::string("/definitions/hl7"), ".min.json");
  Package medplum(arguments[2] + std::string("/dist/fhir/r4"), ".json");
  auto errata = Errata::read(read_file(arguments[3]));
  if (!errata) throw std::runtime_error(arguments[3] + std::string(": ") + errata.error().summary());
  Findings findings;
  const Model model = make_model(iguhealth, medplum, *errata, findings);
  if (!findings.empty()) return report(findings);
  std::ofstream file(arguments[4], std::ios::binary);
  file << write_definitions(model);
  if (!file.flush()) throw std::runtime_error(std::string("cannot write ") + arguments[4]);
  return 0;
}

}  // namespace
}  // namespace handoff::fhir::compiler

int main(int count, char** arguments) try {
  if (count != 5) throw std::runtime_error("usage: definitions_compiler IGUHEALTH MEDPLUM ERRATA OUTPUT");
  return handoff::fhir::compiler::run(arguments);
} catch (const std::exception& error) {
  std::cerr << "definitions_compiler: " << error.what() << '\n';
  return 1;
}
