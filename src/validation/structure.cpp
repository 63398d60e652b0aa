#include "validation/structure.h"

#include <fmt/format.h>

#include "core/limits.h"
#include "fhirpath/narrative.h"
#include "validation/findings.h"
#include "validation/primitives.h"
#include "validation/rules.h"
#include "validation/suggestion.h"

namespace handoff::validation {
namespace {

// Deeper than any text that json::parse accepts. Only values built in memory could reach it.
constexpr std::uint32_t path_depth_max = 2 * limits::json_depth_max;

constexpr std::string_view json_names[] = {"nothing",  "null",     "a boolean", "a number",
                                           "a string", "an array", "an object"};
std::string_view name_of(json::Type type) { return json_names[std::size_t(type)]; }

// A member, and the member with its id and extensions: "birthDate" and "_birthDate". Either may be absent.
struct Pair {
  json::Value value;
  json::Value sibling;
};

// One walk over one resource. It points into the definitions and the resource, and keeps no state afterwards.
class Walk {
 public:
  explicit Walk(const fhir::Definitions& definitions)
      : definitions_(definitions), reference_(definitions.find_type("Reference")) {}

  std::vector<Issue> run(json::Value resource) {
    const std::string_view name = resource["resourceType"].text();
    check_resource(resource, {.name = name.empty() ? "Resource" : name}, false);
    return findings_.take();
  }

 private:
  void check_resource(json::Value value, const Path& path, bool contained) {
    if (!value.is_object())
      return refuse(path, fmt::format("A resource is an object, not {}.", name_of(value.type())));
    const json::Value name = value["resourceType"];
    if (!name) return refuse(path, "A resource names its type in resourceType.");
    const fhir::Type* type = definitions_.find_resource(name.text());
    if (!type) return refuse(path, "resourceType names no resource type of R4.");
    if (contained && value["contained"])
      findings_.add(path.child("contained"), "structure", "A contained resource may not contain resources.",
                    "dom-2");
    check_members(value, *type, path);
  }

  void check_object(json::Value value, const fhir::Type& type, const Path& path) {
    if (!value.is_object())
      return refuse(path, fmt::format("{} is an object, not {}.", type.name, name_of(value.type())));
    if (value.size() == 0 || (value.size() == 1 && value["id"]))
      findings_.add(path, "invariant", "An element needs a value or members besides its id.", "ele-1");
    check_members(value, type, path);
    check_type_rules(value, type, path, findings_);
  }

  void check_members(json::Value object, const fhir::Type& type, const Path& path) {
    if (path.depth > path_depth_max) return refuse(path, "This is nested too deeply.");
    bool has_siblings = false;
    for (const json::Member& member : object.members()) has_siblings |= member.key.starts_with('_');
    for (const json::Member& member : object.members()) {
      if (findings_.full()) return;
      if (type.kind == fhir::TypeKind::resource && member.key == "resourceType") continue;
      check_member(object, member, has_siblings, type, path);
    }
    for (const fhir::Element& element : type.elements)
      if (element.min > 0) check_present(object, element, type, path);
  }

  void check_member(json::Value object, const json::Member& member, bool has_siblings, const fhir::Type& type,
                    const Path& path) {
    const bool is_sibling = member.key.starts_with('_');
    const std::string_view key = is_sibling ? member.key.substr(1) : member.key;
    const auto [element, element_type] = type.find_json(key);
    if (!element || (type.kind == fhir::TypeKind::primitive && element->name == "value"))
      return refuse_unknown(member.key, type, path);
    const bool is_primitive = element_type->kind == fhir::TypeKind::primitive;
    if (is_sibling && !is_primitive)
      return refuse(path.child(element->name),
                    fmt::format("Only primitives have a member with an underscore; {} has its own id "
                                "and extension.",
                                element_type->name));
    if (element->is_choice) check_single_variant(object, key, *element, type, path);
    Pair pair{member.value, {}};
    if (is_sibling) {
      if (object[key]) return;  // seen with it
      pair = {{}, member.value};
    } else if (has_siblings && is_primitive) {
      pair.sibling = sibling_of(object, key);
    }
    check_cardinality(pair, *element, *element_type, path);
  }

  static json::Value sibling_of(json::Value object, std::string_view key) {
    for (const json::Member& member : object.members())
      if (member.key.size() == key.size() + 1 && member.key[0] == '_' && member.key.substr(1) == key)
        return member.value;
    return {};
  }

  // Shows only the beginning of a name, because a hostile one may be long.
  void refuse_unknown(std::string_view key, const fhir::Type& type, const Path& path) {
    const bool is_primitive = type.kind == fhir::TypeKind::primitive;
    const std::string hint = is_primitive ? "" : suggest(type, key.starts_with('_') ? key.substr(1) : key);
    std::size_t shown = std::min<std::size_t>(key.size(), 64);
    while (shown < key.size() && shown > 0 && (static_cast<unsigned char>(key[shown]) & 0xc0) == 0x80)
      --shown;
    refuse(path, fmt::format("{} has no member '{}'.{}{}", type.name, key.substr(0, shown),
                             hint.empty() ? "" : " ", hint));
  }

  void refuse(const Path& path, std::string diagnostics) {
    findings_.add(path, "structure", std::move(diagnostics));
  }

  // Reports it once, at the last variant.
  void check_single_variant(json::Value object, std::string_view key, const fhir::Element& element,
                            const fhir::Type& type, const Path& path) {
    for (const json::Member& member : object.members()) {
      const std::string_view other = member.key.starts_with('_') ? member.key.substr(1) : member.key;
      if (other == key) return;
      if (other.starts_with(element.name) && type.find_json(other).element == &element)
        return refuse(
            path.child(element.name),
            fmt::format("{} may have one type only, and there are {} and {}.", element.name, other, key));
    }
  }

  void check_present(json::Value object, const fhir::Element& element, const fhir::Type& type,
                     const Path& path) {
    for (const json::Member& member : object.members()) {
      const std::string_view key = member.key.starts_with('_') ? member.key.substr(1) : member.key;
      if (key == element.name ||
          (element.is_choice && key.starts_with(element.name) && type.find_json(key).element == &element)) {
        if (element.min > 1 && member.value.is_array() && member.value.size() < element.min)
          findings_.add(path.child(element.name), "required",
                        fmt::format("At least {} {} are required.", element.min, element.name));
        return;
      }
    }
    if (type.kind == fhir::TypeKind::primitive) return;
    findings_.add(path, "required", fmt::format("{} must have {}.", type.name, element.name));
  }

  void check_cardinality(const Pair& pair, const fhir::Element& element, const fhir::Type& type,
                         const Path& path) {
    if (element.max == 0)
      return refuse(path.child(element.name), fmt::format("{} is not allowed here.", element.name));
    if (!element.is_list()) {
      for (const json::Value value : {pair.value, pair.sibling})
        if (value.is_array())
          return refuse(path.child(element.name),
                        fmt::format("{} occurs once only: it must not be an array.", element.name));
      Path at = path.child(element.name);
      if (element.is_choice) at.variant = type.name;
      return check_item(pair, element, type, at);
    }
    for (const json::Value value : {pair.value, pair.sibling}) {
      if (!value) continue;
      if (!value.is_array())
        return refuse(path.child(element.name),
                      fmt::format("{} may repeat: it must be an array, even of one.", element.name));
      if (value.size() == 0)
        return refuse(path.child(element.name),
                      fmt::format("An array must not be empty; leave {} out.", element.name));
    }
    const std::size_t size = pair.value ? pair.value.size() : pair.sibling.size();
    if (pair.value && pair.sibling && pair.sibling.size() != size)
      return refuse(path.child(element.name),
                    fmt::format("{0} and _{0} must have as many items as one another (null where there is "
                                "none).",
                                element.name));
    if (size > element.max)
      refuse(path.child(element.name), fmt::format("At most {} {} are allowed.", element.max, element.name));
    for (std::size_t i = 0; i < size && !findings_.full(); ++i)
      check_item(without_nulls({pair.value.at(i), pair.sibling.at(i)}), element, type,
                 path.child(element.name, std::uint32_t(i)));
  }

  // In arrays of primitives null means that only the other array has something at this index.
  static Pair without_nulls(Pair pair) {
    if (pair.sibling.type() == json::Type::null && pair.value) pair.sibling = {};
    if (pair.value.type() == json::Type::null && pair.sibling) pair.value = {};
    return pair;
  }

  void check_item(const Pair& pair, const fhir::Element& element, const fhir::Type& type, const Path& path) {
    if (pair.value.type() == json::Type::null || pair.sibling.type() == json::Type::null)
      return refuse(path,
                    "null is allowed only in arrays of primitives, where the other array has the extension.");
    if (pair.sibling) check_sibling(pair, type, path);
    if (!pair.value) return;
    if (type.kind == fhir::TypeKind::primitive) {
      if (!check_primitive(pair.value, type, path)) return;
    } else if (type.kind == fhir::TypeKind::resource) {
      return check_resource(pair.value, path, element.name == "contained");
    } else {
      check_object(pair.value, type, path);
    }
    if (element.required_codes) check_required_code(pair.value, element, type, path, findings_);
    if (&type == reference_)
      check_reference(pair.value, choice_of(element, type), definitions_, path, findings_);
  }

  static const fhir::TypeChoice& choice_of(const fhir::Element& element, const fhir::Type& type) {
    for (const fhir::TypeChoice& choice : element.types)
      if (choice.type == &type) return choice;
    return element.types[0];
  }

  void check_sibling(const Pair& pair, const fhir::Type& type, const Path& path) {
    if (!pair.sibling.is_object())
      return refuse(path,
                    fmt::format("The member with an underscore is an object with id or extension, not {}.",
                                name_of(pair.sibling.type())));
    if (!pair.value && !pair.sibling["extension"])
      findings_.add(path, "invariant", "An element without a value needs an extension.", "ele-1");
    check_members(pair.sibling, type, path);
  }

  bool check_primitive(json::Value value, const fhir::Type& type, const Path& path) {
    const Primitive* primitive = find_primitive(type.name);
    if (!primitive) return true;
    if (value.type() != primitive->json_type) {
      refuse(path, fmt::format("{} is {}, not {}.", type.name, name_of(primitive->json_type),
                               name_of(value.type())));
      return false;
    }
    if (primitive->is_valid && !primitive->is_valid(value.text())) {
      findings_.add(path, "value", fmt::format("This must be {}.", primitive->expected));
      return false;
    }
    if (primitive->may_be_urn && !has_urn_form(value.text())) {
      findings_.add(path, "value",
                    "An OID is written urn:oid:1.2.3, and a UUID urn:uuid: with its five groups of "
                    "hexadecimal digits.");
      return false;
    }
    if (type.name == "xhtml")
      if (const std::string fault = fhirpath::read_narrative(value.text()).fault; !fault.empty())
        findings_.add(path, "invariant", "The narrative " + fault + ".", "txt-1");
    return true;
  }

  const fhir::Definitions& definitions_;
  const fhir::Type* reference_;
  Findings findings_{issues_max};
};

}  // namespace

std::vector<Issue> validate_structure(json::Value resource, const fhir::Definitions& definitions) {
  return Walk(definitions).run(resource);
}

}  // namespace handoff::validation
