#include "mapping/template_compiler.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "core/text.h"
#include "mapping/element_rules.h"

namespace handoff::mapping {
namespace {

// "{% if x %}" gives "if x". An ordinary key gives nothing.
std::string_view directive(std::string_view key) {
  if (!key.starts_with("{%") || !key.ends_with("%}") || key.size() < 4) return {};
  return trim(key.substr(2, key.size() - 4));
}

std::string_view first_word(std::string_view text) { return text.substr(0, text.find(' ')); }
std::string_view after_word(std::string_view text) {
  return text.find(' ') == std::string_view::npos ? std::string_view{} : trim(text.substr(text.find(' ')));
}

bool is_ordinary(json::Value object, const json::Member& member) {
  if (!directive(member.key).empty()) return false;
  if (member.key != "with") return true;
  return std::none_of(object.members().begin(), object.members().end(),
                      [](const json::Member& m) { return directive(m.key) == "use"; });
}

// True if `object` consists of one directive, whose result replaces the object.
bool stands_alone(json::Value object) {
  std::size_t chosen = 0;
  for (const json::Member& member : object.members()) {
    if (is_ordinary(object, member)) return false;
    const std::string_view word = first_word(directive(member.key));
    if (word == "merge") return false;
    if (word == "if" || word == "for" || word == "use") ++chosen;
  }
  return chosen == 1;
}

// The codes that a required binding allows for the codings within an element.
const fhir::ValueSet* bound_within(const fhir::Element& element, const fhir::Type* type,
                                   const Expected& around) {
  const bool is_coded = type && (type->name == "CodeableConcept" || type->name == "Coding");
  if (is_coded && element.required_codes) return element.required_codes;
  return around.type && ((around.type->name == "CodeableConcept" && element.name == "coding") ||
                         (around.type->name == "Coding" && element.name == "code"))
             ? around.bound
             : nullptr;
}

}  // namespace

TemplateCompiler::TemplateCompiler(Plan& plan, const std::filesystem::path& folder, LoadErrors& errors)
    : plan_(plan), folder_(folder), errors_(errors), members_(plan.contract.members()) {}

Node TemplateCompiler::value(const Place& at, json::Value source, const Expected& expected) {
  const Place here = at.of(source);
  switch (source.type()) {
    case json::Type::object: return object(here, source, expected);
    case json::Type::array: return array(here, source, expected);
    case json::Type::string: return string(here, source, expected);
    case json::Type::number:
    case json::Type::boolean: return literal(here, source, expected);
    default: return {};
  }
}

Node TemplateCompiler::text(const Place& at, json::Value source) {
  if (!source) return {};
  static const Expected anything;
  Node node = source.is_string() ? concatenation(at.of(source), source.text(), anything) : Node{};
  if (!source.is_string()) errors_.add(at.of(source), "a string is needed here");
  return node;
}

Node TemplateCompiler::object(const Place& at, json::Value source, const Expected& expected) {
  Node node;
  node.kind = NodeKind::object;
  node.path = expected.path;
  node.is_concept = expected.type && expected.type->name == "CodeableConcept";
  node.is_alone = stands_alone(source);
  Expected inner = expected;
  inner.in_concept = expected.in_concept || node.is_concept;
  if (!node.is_alone) {
    if (expected.position == Position::list)
      errors_.add(at, fmt::format("{} is a list: it needs an array", expected.path));
    if (expected.type && expected.type->kind == fhir::TypeKind::primitive)
      errors_.add(at, fmt::format("{} is a {}, not an object", expected.path, expected.type->name));
    inner.position = Position::item;
    if (const auto* resource = resource_type(*plan_.definitions, source, inner.type)) inner.type = resource;
  }
  const std::size_t before = variables_.size();
  for (const json::Member& member : source.members()) {
    const Place here = at.of_key(member.key);
    if (is_ordinary(source, member)) node.members.push_back(this->member(here, member, inner));
    else if (!special(here, member, source, inner, node))
      errors_.add(here, fmt::format("unknown directive \"{}\"", member.key));
  }
  forget(before);
  return node;
}

void TemplateCompiler::define(const std::string& name, const Slot& slot, std::string_view text) {
  variables_.push_back(name);
  known_[name] = {slot.columns, known_values(text, plan_, known_, guards_ > 0)};
}

void TemplateCompiler::define(const std::string& name, const Node& node, json::Value source) {
  if (node.kind == NodeKind::one || node.kind == NodeKind::all)
    return define(name, node.slot, node.slot.expression ? node.slot.expression->text() : "");
  variables_.push_back(name);
  known_[name] = {columns_of(node), {}};
  if (node.kind == NodeKind::literal && source.is_string())
    known_[name].values.push_back({std::string(source.text()), {}});
}

// If a variable hid another one of the same name, nothing is known about either afterwards.
void TemplateCompiler::forget(std::size_t count) {
  for (std::size_t i = count; i < variables_.size(); ++i) known_.erase(variables_[i]);
  variables_.resize(count);
}

bool TemplateCompiler::special(const Place& at, const json::Member& member, json::Value source,
                               const Expected& expected, Node& node) {
  if (member.key == "with") return true;
  const std::string_view text = directive(member.key), word = first_word(text), rest = after_word(text);
  if (word == "assign") {
    auto made = assignments(at, member.value);
    for (Assignment& assignment : made) node.assigned.push_back(std::move(assignment));
  } else if (word == "if") {
    node.children.push_back(condition(at, rest, member, source, expected));
  } else if (word == "else") {
    const auto all = source.members();
    const std::size_t index = std::size_t(&member - all.data());
    if (index == 0 || first_word(directive(all[index - 1].key)) != "if")
      errors_.add(at, "an else needs an if right before it");
  } else if (word == "for") {
    node.children.push_back(loop(at, rest, member.value, expected));
  } else if (word == "merge") {
    merged(at, member.value, expected, node);
  } else if (word == "use") {
    node.children.push_back(part(at, member.value, source["with"], expected));
  } else {
    return false;
  }
  return true;
}

Node TemplateCompiler::condition(const Place& at, std::string_view test, const json::Member& member,
                                 json::Value source, const Expected& expected) {
  Node node;
  node.kind = NodeKind::condition;
  node.slot = expression(at, test);
  ++guards_;
  node.children.push_back(value(at, member.value, expected));
  const auto all = source.members();
  const std::size_t next = std::size_t(&member - all.data()) + 1;
  if (next < all.size() && directive(all[next].key) == "else")
    node.children.push_back(value(at.of_key(all[next].key), all[next].value, expected));
  --guards_;
  return node;
}

// Syntax: "item in expression".
Node TemplateCompiler::loop(const Place& at, std::string_view head, json::Value body,
                            const Expected& expected) {
  Node node;
  node.kind = NodeKind::loop;
  node.name = std::string(first_word(head));
  const std::string_view rest = after_word(head);
  if (first_word(rest) != "in") {
    errors_.add(at, "a loop must be written {% for item in expression %}");
    return node;
  }
  if (expected.position == Position::single && expected.type)
    errors_.add(at, fmt::format("{} is not a list", expected.path));
  node.slot = expression(at, after_word(rest));
  const std::size_t before = variables_.size();
  define(node.name, node.slot, after_word(rest));
  variables_.push_back("index");
  Expected item = expected;
  item.position = Position::item;
  node.children.push_back(value(at, body, item));
  forget(before);
  return node;
}

Node TemplateCompiler::part(const Place& at, json::Value name, json::Value arguments,
                            const Expected& expected) {
  Node node;
  node.kind = NodeKind::scope;
  const std::string file = std::string(name.text()) + ".json";
  if (std::find(parts_open_.begin(), parts_open_.end(), file) != parts_open_.end()) {
    errors_.add(at, fmt::format("{} includes itself", file));
    return node;
  }
  std::ifstream in(folder_ / file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  if (!in || !file.starts_with("parts/") || file.find("..") != std::string::npos) {
    errors_.add(at, fmt::format("there is no part \"{}\"", name.text()));
    return node;
  }
  auto parsed = MappingFile::parse(file, text.str());
  if (!parsed) {
    errors_.add(parsed.error());
    return node;
  }
  const std::size_t before = variables_.size();
  node.assigned = assignments(at, arguments);
  // A part sees its arguments and the record. It does not see the variables of the template that includes it.
  std::vector<std::string> outside(variables_.begin() + 4, variables_.begin() + std::ptrdiff_t(before));
  variables_.erase(variables_.begin() + 4, variables_.begin() + std::ptrdiff_t(before));
  plan_.files.push_back(std::make_unique<MappingFile>(std::move(*parsed)));
  const MappingFile* kept = plan_.files.back().get();
  parts_open_.push_back(file);
  node.children.push_back(value(Place{kept, 0}, kept->document.root(), expected));
  parts_open_.pop_back();
  forget(4);
  variables_.insert(variables_.end(), outside.begin(), outside.end());
  return node;
}

std::vector<Assignment> TemplateCompiler::assignments(const Place& at, json::Value source) {
  std::vector<Assignment> all;
  const json::Value one[] = {source};
  for (const json::Value object : source.is_array() ? source.items() : std::span<const json::Value>(one)) {
    for (const json::Member& member : object.members()) {
      Assignment assignment{std::string(member.key), {}};
      assignment.value.push_back(value(at.of_key(member.key), member.value, {}));
      define(assignment.name, assignment.value.front(), member.value);
      all.push_back(std::move(assignment));
    }
  }
  return all;
}

void TemplateCompiler::merged(const Place& at, json::Value source, const Expected& expected, Node& node) {
  if (!source.is_array()) errors_.add(at, "a merge needs an array of objects");
  for (const json::Value item : source.items()) {
    if (!item.is_object()) errors_.add(at.of(item), "only objects can be merged");
    else node.children.push_back(value(at, item, expected));
  }
}

MemberNode TemplateCompiler::member(const Place& at, const json::Member& source, const Expected& expected) {
  MemberNode node;
  node.key = source.key;
  node.required = node.key.ends_with('!');
  if (node.required) node.key.remove_suffix(1);
  node.place = at.text();
  bool is_known = true;
  const Expected inner = expected_member(at, node.key, expected, is_known);
  node.is_list = inner.position == Position::list;
  node.value.push_back(is_known ? value(at, source.value, inner) : Node{});
  return node;
}

Expected TemplateCompiler::expected_member(const Place& at, std::string_view key, const Expected& expected,
                                           bool& is_known) {
  Expected inner;
  inner.in_concept = expected.in_concept;
  inner.path = expected.path.empty() ? std::string(key) : fmt::format("{}.{}", expected.path, key);
  if (!expected.type || key == "resourceType") return inner;
  const bool is_sibling = key.starts_with('_');
  const auto found = expected.type->find_json(is_sibling ? key.substr(1) : key);
  if (!found.element || (is_sibling && found.type->kind != fhir::TypeKind::primitive)) {
    is_known = false;
    errors_.add(at, fmt::format("{} has no element \"{}\"", expected.type->name, key));
    return inner;
  }
  inner.element = found.element;
  inner.bound = bound_within(*found.element, found.type, expected);
  inner.type = is_sibling ? plan_.definitions->find_type("Element") : found.type;
  inner.position = found.element->is_list() ? Position::list : Position::single;
  return inner;
}

Node TemplateCompiler::array(const Place& at, json::Value source, const Expected& expected) {
  if (expected.position == Position::single && expected.type)
    errors_.add(at, fmt::format("{} is not a list", expected.path));
  Node node;
  node.kind = NodeKind::array;
  Expected item = expected;
  item.position = Position::item;
  if (source.size() > 1) item.bound = nullptr;  // one coding with a bound code is enough
  for (const json::Value each : source.items()) node.children.push_back(value(at, each, item));
  return node;
}

Node TemplateCompiler::literal(const Place& at, json::Value source, const Expected& expected) {
  if (const std::string wrong = literal_flaw(source, expected); !wrong.empty()) errors_.add(at, wrong);
  Node node;
  node.kind = NodeKind::literal;
  node.literal = source;
  node.path = expected.path;
  return node;
}

}  // namespace handoff::mapping
