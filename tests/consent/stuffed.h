// Resources with every element that their type has, made from the definitions themselves. So they hold
// elements that nobody thought of.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "fhir/definitions.h"
#include "json/value.h"

namespace handoff::consent {

// Every string in them contains this text.
inline constexpr std::string_view planted = "Methadone maintenance";

class Stuffed {
 public:
  // `reference` gives the text of a Reference that may target one of these types.
  using ReferenceTo = std::function<std::string(const std::vector<std::string_view>& targets)>;
  Stuffed(json::Arena& arena, ReferenceTo reference, unsigned seed = 0)
      : arena_(arena), reference_(std::move(reference)), seed_(seed) {}

  json::Value resource(std::string_view name) {
    const fhir::Type& type = *fhir::Definitions::r4().find_resource(name);
    std::vector<json::Member> members = {{"resourceType", arena_.string(name)}};
    fill(type, 0, members);
    return arena_.object(members);
  }

 private:
  static constexpr int depth_max = 4;  // for optional elements; some types contain themselves

  void fill(const fhir::Type& type, int depth, std::vector<json::Member>& members) {
    for (const fhir::Element& element : type.elements) {
      if (element.name == "modifierExtension" || element.name == "implicitRules" ||
          element.name == "contained")
        continue;
      if (element.name == "extension") {
        if (type.name != "Extension" && depth < depth_max) members.push_back({"extension", extension()});
        continue;
      }
      if (element.min == 0 && depth >= depth_max) continue;
      const fhir::TypeChoice& choice = element.types[seed_++ % element.types.size()];
      const json::Value one = value(element, choice, depth);
      if (!one) continue;
      std::vector<json::Value> items(std::max<std::size_t>(element.min, 1), one);
      members.push_back(
          {arena_.copy(name_of(element, *choice.type)), element.is_list() ? arena_.array(items) : one});
    }
  }

  static std::string name_of(const fhir::Element& element, const fhir::Type& type) {
    std::string suffix(element.is_choice ? type.name : "");
    if (!suffix.empty() && suffix[0] >= 'a') suffix[0] = char(suffix[0] - 'a' + 'A');
    return std::string(element.name) + suffix;
  }

  json::Value extension() {
    const json::Member members[] = {{"url", arena_.string("urn:planted")},
                                    {"valueString", arena_.string(planted)}};
    const json::Member reference[] = {{"reference", arena_.string(reference_({"Resource"}))}};
    const json::Member pointing[] = {{"url", arena_.string("urn:planted")},
                                     {"valueReference", arena_.object(reference)}};
    const json::Value items[] = {arena_.object(members), arena_.object(pointing)};
    return arena_.array(items);
  }

  json::Value value(const fhir::Element& element, const fhir::TypeChoice& choice, int depth) {
    const fhir::Type& type = *choice.type;
    if (type.kind == fhir::TypeKind::primitive) return primitive(element, type.name);
    if (type.kind == fhir::TypeKind::resource) return element.min ? resource("Basic") : json::Value{};
    std::vector<json::Member> members;
    if (type.name == "Reference") members.push_back({"reference", arena_.string(reference_(choice.targets))});
    if (element.required_codes && (type.name == "Coding" || type.name == "CodeableConcept"))
      return coded(element, type.name == "Coding");
    if (type.name == "Narrative") return narrative();
    if (type.name == "Reference") members.push_back({"display", arena_.string(planted)});
    else fill(type, depth + 1, members);
    if (members.empty() && element.min > 0) fill(type, depth_max - 1, members);
    return members.empty() ? json::Value{} : arena_.object(members);
  }

  json::Value narrative() {
    const std::string div = "<div xmlns=\"http://www.w3.org/1999/xhtml\">" + std::string(planted) + "</div>";
    const json::Member members[] = {{"status", arena_.string("generated")}, {"div", arena_.string(div)}};
    return arena_.object(members);
  }

  json::Value coded(const fhir::Element& element, bool plain) {
    const fhir::Code& code = element.required_codes->codes.front();
    const json::Member members[] = {{"system", arena_.string(code.system)},
                                    {"code", arena_.string(code.code)}};
    const json::Value codings[] = {arena_.object(members)};
    if (plain) return codings[0];
    const json::Member whole[] = {{"coding", arena_.array(codings)}};
    return arena_.object(whole);
  }

  json::Value primitive(const fhir::Element& element, std::string_view type) {
    struct Sample {
      std::string_view type, text;
    };
    constexpr Sample samples[] = {{"date", "2026-01-02"},
                                  {"dateTime", "2026-01-02"},
                                  {"instant", "2026-01-02T10:00:00Z"},
                                  {"time", "10:00:00"},
                                  {"id", "x"},
                                  {"oid", "urn:oid:1.2.3"},
                                  {"base64Binary", "TQ=="},
                                  {"uuid", "urn:uuid:0c3e5cbe-3f3e-4c5e-9ad5-5d8bd1b5ab4d"},
                                  {"uri", "urn:planted"},
                                  {"url", "urn:planted"},
                                  {"canonical", "urn:planted"}};
    if (type == "boolean") return json::Arena::boolean(true);
    if (type == "integer" || type == "positiveInt" || type == "unsignedInt" || type == "decimal")
      return arena_.integer(1);
    if (element.required_codes) return arena_.string(element.required_codes->codes.front().code);
    if (type == "code") return arena_.string("planted");
    for (const Sample& sample : samples)
      if (sample.type == type) return arena_.string(sample.text);
    return arena_.string(planted);
  }

  json::Arena& arena_;
  ReferenceTo reference_;
  unsigned seed_;
};

}  // namespace handoff::consent
