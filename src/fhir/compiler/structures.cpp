#include "fhir/compiler/structures.h"

#include <algorithm>

#include "core/number.h"

namespace handoff::fhir::compiler {
namespace {

constexpr std::string_view core = "http://hl7.org/fhir/StructureDefinition/";
constexpr std::string_view fhir_type =
    "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type";
constexpr std::string_view regex = "http://hl7.org/fhir/StructureDefinition/regex";

std::string_view without_prefix(std::string_view text, std::string_view prefix) {
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

std::string_view extension(json::Value type, std::string_view url, std::string_view member) {
  for (const json::Value item : type["extension"].items())
    if (item["url"].text() == url) return item[member].text();
  return {};
}

std::uint32_t cardinality(json::Value value) {
  if (value.text() == "*") return Element::unbounded;
  return parse_number<std::uint32_t>(value.text()).value_or(0);
}

BindingStrength strength(std::string_view code) {
  constexpr std::string_view codes[] = {"", "required", "extensible", "preferred", "example"};
  for (std::size_t i = 1; i < std::size(codes); ++i)
    if (codes[i] == code) return BindingStrength(i);
  return BindingStrength::none;
}

ChoiceModel read_choice(json::Value type) {
  ChoiceModel choice{.type = type["code"].text(), .code = type["code"].text(), .targets = {}};
  if (const auto named = extension(type, fhir_type, "valueUrl"); !named.empty()) choice.type = named;
  for (const json::Value target : type["targetProfile"].items())
    choice.targets.push_back(without_prefix(target.text(), core));
  if (choice.type == "Reference" && choice.targets.empty()) choice.targets.push_back("Resource");
  return choice;
}

std::vector<Constraint> read_constraints(json::Value element) {
  std::vector<Constraint> constraints;
  for (const json::Value item : element["constraint"].items())
    constraints.push_back({.key = item["key"].text(),
                           .is_warning = item["severity"].text() == "warning",
                           .human = item["human"].text(),
                           .expression = item["expression"].text()});
  return constraints;
}

// SimpleQuantity is the only profile that R4's own types name for their elements. What it adds to Quantity
// becomes a constraint of the element.
constexpr Constraint of_simple_quantity{.key = "sqty-1",
                                        .is_warning = false,
                                        .human = "The comparator is not used on a SimpleQuantity",
                                        .expression = "($this is Quantity) implies comparator.empty()"};

bool is_simple_quantity(json::Value element) {
  bool is_simple = false;
  for (const json::Value type : element["type"].items())
    for (const json::Value profile : type["profile"].items())
      is_simple |= profile.text() == "http://hl7.org/fhir/StructureDefinition/SimpleQuantity";
  return is_simple;
}

ElementModel read_element(json::Value element) {
  const std::string_view id = element["id"].text();
  ElementModel model;
  model.id = id;
  model.base = element["base"]["path"].text();
  model.name = id.substr(id.rfind('.') + 1);
  model.is_choice = model.name.ends_with("[x]");
  if (model.is_choice) model.name.remove_suffix(3);
  model.min = cardinality(element["min"]);
  model.max = cardinality(element["max"]);
  model.is_modifier = element["isModifier"].truth();
  model.is_summary = element["isSummary"].truth();
  for (const json::Value type : element["type"].items()) model.types.push_back(read_choice(type));
  if (const json::Value reference = element["contentReference"]) {
    const std::string_view path = reference.text().substr(reference.text().find('#') + 1);
    model.types.push_back({.type = path, .code = path, .targets = {}});
  }
  const json::Value binding = element["binding"];
  model.binding = strength(binding["strength"].text());
  const std::string_view value_set = binding["valueSet"].text();
  model.value_set = value_set.substr(0, value_set.find('|'));
  model.constraints = read_constraints(element);
  if (is_simple_quantity(element)) model.constraints.push_back(of_simple_quantity);
  return model;
}

// A snapshot is a flat list. An element with other elements below it becomes a backbone type, named by its
// path.
void read_snapshot(json::Value definition, Structures& structures) {
  const std::string_view root = definition["type"].text();
  for (const json::Value element : definition["snapshot"]["element"].items()) {
    const std::string_view id = element["id"].text();
    const auto dot = id.rfind('.');
    if (dot == id.npos) {
      structures[root].constraints = read_constraints(element);
      continue;
    }
    const std::string_view parent = id.substr(0, dot);
    auto [place, is_new] = structures.try_emplace(parent);
    if (is_new) {
      ElementModel& owner = structures[parent.substr(0, parent.rfind('.'))].elements.back();
      place->second = {.name = parent,
                       .kind = TypeKind::backbone,
                       .base = owner.types.at(0).type,
                       .is_abstract = false,
                       .pattern = {},
                       .elements = {},
                       .constraints = std::move(owner.constraints)};
      owner.constraints.clear();
      owner.types.at(0).type = parent;
    }
    place->second.elements.push_back(read_element(element));
    if (parent == root && id.substr(dot) == ".value" && place->second.kind == TypeKind::primitive)
      place->second.pattern = extension(element["type"].at(0), regex, "valueString");
  }
}

void read_definition(json::Value definition, Structures& structures) {
  if (definition["resourceType"].text() != "StructureDefinition" ||
      definition["derivation"].text() == "constraint")
    return;
  const std::string_view kind = definition["kind"].text();
  if (kind == "logical") return;
  const std::string_view name = definition["type"].text();
  structures[name] = {.name = name,
                      .kind = kind == "resource"         ? TypeKind::resource
                              : kind == "primitive-type" ? TypeKind::primitive
                                                         : TypeKind::complex,
                      .base = without_prefix(definition["baseDefinition"].text(), core),
                      .is_abstract = definition["abstract"].truth(),
                      .pattern = {},
                      .elements = {},
                      .constraints = {}};
  read_snapshot(definition, structures);
}

bool has_constraint(const Structures& structures, std::string_view type, std::string_view key) {
  for (auto at = structures.find(type); at != structures.end(); at = structures.find(at->second.base)) {
    const auto& all = at->second.constraints;
    if (std::any_of(all.begin(), all.end(),
                    [&](const Constraint& constraint) { return constraint.key == key; }))
      return true;
  }
  return false;
}

// A snapshot repeats the invariants of the base and of Element. Each invariant is kept only where it is
// stated first.
void keep_own_constraints(Structures& structures) {
  for (auto& [name, type] : structures) {
    const std::string_view base = type.base;
    std::erase_if(type.constraints, [&](const Constraint& constraint) {
      return has_constraint(structures, base, constraint.key);
    });
  }
  for (auto& [name, type] : structures)
    for (ElementModel& element : type.elements)
      std::erase_if(element.constraints, [&](const Constraint& constraint) {
        return has_constraint(structures, element.types.empty() ? name : element.types[0].type,
                              constraint.key);
      });
}

using Lines = std::map<std::string, std::string>;

std::string constraint_id(std::string_view owner, const Constraint& constraint) {
  return std::string(owner) + "." + std::string(constraint.key);
}

// Each constraint has its own line, so that it can be settled by itself.
void describe(std::string_view owner, const std::vector<Constraint>& constraints, Lines& lines) {
  for (const Constraint& constraint : constraints)
    lines[constraint_id(owner, constraint)] =
        (constraint.is_warning ? "warns " : "demands ") + std::string(constraint.expression);
}

std::string describe(const ElementModel& e) {
  std::string text =
      std::to_string(e.min) + ".." + (e.max == Element::unbounded ? "*" : std::to_string(e.max));
  for (const ChoiceModel& type : e.types) {
    text.append(" ").append(type.type).append("<").append(type.code).append(">");
    for (const auto target : type.targets) text.append("→").append(target);
  }
  text += " bound " + std::to_string(int(e.binding)) + " " + std::string(e.value_set);
  if (e.is_modifier) text += " modifier";
  if (e.is_summary) text += " summary";
  return text;
}

void describe(const TypeModel& type, Lines& lines) {
  lines[std::string(type.name)] += "kind " + std::to_string(int(type.kind)) + " base " +
                                   std::string(type.base) + (type.is_abstract ? " abstract " : " ") +
                                   std::string(type.pattern) + ' ';
  describe(type.name, type.constraints, lines);
  for (const ElementModel& element : type.elements) {
    lines[std::string(element.id)] += describe(element) + ' ';
    describe(element.id, element.constraints, lines);
  }
}

Lines describe(const Structures& structures) {
  Lines lines;
  for (const auto& [name, type] : structures) describe(type, lines);
  return lines;
}

void repair(std::string_view owner, std::vector<Constraint>& constraints, Errata& errata) {
  for (Constraint& constraint : constraints)
    if (const json::Value set = errata.find_exactly("structures", constraint_id(owner, constraint), "set"))
      constraint.expression = set["expression"].text();
}

}  // namespace

Structures read_structures(std::span<const json::Value> bundles) {
  Structures structures;
  for (const json::Value bundle : bundles)
    for (const json::Value entry : bundle["entry"].items()) read_definition(entry["resource"], structures);
  keep_own_constraints(structures);
  return structures;
}

Findings compare(const Structures& ours, const Structures& theirs) {
  Findings findings;
  const auto left = describe(ours), right = describe(theirs);
  for (const auto& [id, line] : left) {
    const auto other = right.find(id);
    const std::string text = other == right.end()
                                 ? "only in iguhealth"
                                 : "iguhealth has " + line + "; medplum has " + other->second;
    if (other == right.end() || other->second != line) findings.push_back({std::string(id), text});
  }
  for (const auto& [id, line] : right)
    if (!left.contains(id)) findings.push_back({std::string(id), "only in medplum"});
  return findings;
}

void repair(Structures& structures, Errata& errata) {
  std::erase_if(structures,
                [&](const auto& entry) { return bool(errata.find("structures", entry.first, "drop")); });
  for (auto& [name, type] : structures) {
    repair(name, type.constraints, errata);
    for (ElementModel& element : type.elements) {
      repair(element.id, element.constraints, errata);
      for (const std::string_view id : {element.id, element.base}) {
        const json::Value set = errata.find_exactly("structures", id, "set");
        if (set["type"]) element.types.at(0).type = set["type"].text();
      }
    }
  }
}

Findings check(const Structures& structures) {
  Findings findings;
  const auto need = [&](std::string_view id, std::string_view name, bool resource) {
    const auto found = structures.find(name);
    if (found == structures.end() || (resource && found->second.kind != TypeKind::resource))
      findings.push_back({std::string(id), "names " + std::string(name) + ", which is not defined"});
  };
  for (const auto& [name, type] : structures) {
    if (!type.base.empty()) need(name, type.base, false);
    for (const ElementModel& element : type.elements) {
      if (element.types.empty()) findings.push_back({std::string(element.id), "has no type"});
      for (const ChoiceModel& choice : element.types) {
        need(element.id, choice.type, false);
        for (const auto target : choice.targets) need(element.id, target, true);
      }
    }
  }
  return findings;
}

}  // namespace handoff::fhir::compiler
