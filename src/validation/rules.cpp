#include "validation/rules.h"

#include <algorithm>

namespace handoff::validation {
namespace {

constexpr std::size_t quoted_bytes_max = 40;

std::string quote(std::string_view text) {
  if (text.size() <= quoted_bytes_max) return "'" + std::string(text) + "'";
  std::size_t size = quoted_bytes_max;
  // not within a character
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) --size;
  return "'" + std::string(text.substr(0, size)) + "…'";
}

// The first codes, so that a reader sees what is expected.
std::string list(const fhir::ValueSet& value_set) {
  std::string text;
  const std::size_t shown = std::min<std::size_t>(value_set.codes.size(), 12);
  for (std::size_t i = 0; i < shown; ++i) text += (i ? ", " : "") + std::string(value_set.codes[i].code);
  return text + (shown < value_set.codes.size()
                     ? " and " + std::to_string(value_set.codes.size() - shown) + " more"
                     : "");
}

void refuse(std::string_view code, const fhir::ValueSet& value_set, const Path& path, Findings& findings) {
  findings.add(path, "code-invalid",
               quote(code) + " is not among the codes that R4 requires here (" + list(value_set) +
                   "; value set " + std::string(value_set.url) + ").");
}

bool holds(const fhir::ValueSet& codes, json::Value coding) {
  const auto system = coding["system"].text(), code = coding["code"].text();
  return codes.contains(system, code);
}

void check_concept(json::Value value, const fhir::ValueSet& codes, const Path& path, Findings& findings) {
  const json::Value coding = value["coding"];
  if (coding.size() == 0) {
    if (!value["extension"])
      findings.add(path, "code-invalid",
                   "A code is required here, not only text: " + list(codes) + " (value set " +
                       std::string(codes.url) + ").");
    return;
  }
  for (const json::Value item : coding.items())
    if (holds(codes, item)) return;
  if (!coding.at(0)["system"] && codes.contains(coding.at(0)["code"].text()))
    return findings.add(path, "code-invalid",
                        "The code needs its system: without one it means nothing (value set " +
                            std::string(codes.url) + ").");
  refuse(coding.at(0)["code"].text(), codes, path, findings);
}

void check_extension(json::Value value, const Path& path, Findings& findings) {
  bool has_value = false;
  for (const json::Member& member : value.members())
    has_value |= member.key.starts_with("value") || member.key.starts_with("_value");
  if (has_value != bool(value["extension"])) return;
  findings.add(path, "invariant",
               has_value ? "An extension has either a value or extensions within it, not both."
                         : "An extension needs a value or extensions within it.",
               "ext-1");
}

bool is_absolute(std::string_view uri) { return uri.empty() || uri.find(':') != uri.npos; }

void check_system(json::Value value, const Path& path, Findings& findings) {
  const std::string_view system = value["system"].text();
  if (!is_absolute(system))
    findings.add(path.child("system"), "value",
                 "A system is an absolute URI, such as http://loinc.org or urn:oid:1.2.3.");
  if (system.starts_with("http://hl7.org/fhir/ValueSet/"))
    findings.add(path.child("system"), "value",
                 "This is the URL of a value set; a system is the URL of a code system.");
}

void check_identifier(json::Value value, const Path& path, Findings& findings) {
  check_system(value, path, findings);
  if (value["system"].text() == "urn:ietf:rfc:3986" && !is_absolute(value["value"].text()))
    findings.add(path.child("value"), "value",
                 "If the system is urn:ietf:rfc:3986, the value must be an absolute URI.");
}

// Size of `data` after decoding.
std::size_t bytes_of(std::string_view base64) {
  std::size_t characters = 0;
  for (const char c : base64) characters += c > ' ' && c != '=' ? 1 : 0;
  return characters * 3 / 4;
}

void check_attachment(json::Value value, const Path& path, Findings& findings) {
  const std::string_view size = value["size"].text(), data = value["data"].text();
  if (!size.empty() && !data.empty() && size != std::to_string(bytes_of(data)))
    findings.add(path.child("size"), "value",
                 "The size is not that of the data, " + std::to_string(bytes_of(data)) + " bytes.");
}

void check_entry(json::Value value, const Path& path, Findings& findings) {
  if (!is_absolute(value["fullUrl"].text()))
    findings.add(path, "value", "fullUrl is an absolute URL or urn:uuid:; leave it out if there is none.");
}

struct TypeRule {
  std::string_view type;
  void (*check)(json::Value value, const Path& path, Findings& findings);
};

constexpr TypeRule type_rules[] = {{"Extension", check_extension},
                                   {"Coding", check_system},
                                   {"Identifier", check_identifier},
                                   {"Attachment", check_attachment},
                                   {"Bundle.entry", check_entry}};

}  // namespace

void check_required_code(json::Value value, const fhir::Element& element, const fhir::Type& type,
                         const Path& path, Findings& findings) {
  const fhir::ValueSet& codes = *element.required_codes;
  if (value.is_string()) {
    if (!codes.contains(value.text())) refuse(value.text(), codes, path, findings);
  } else if (type.name == "CodeableConcept") {
    check_concept(value, codes, path, findings);
  } else if (type.name == "Coding" && !holds(codes, value) && !value["extension"]) {
    refuse(value["code"].text(), codes, path, findings);
  }
}

void check_reference(json::Value value, const fhir::TypeChoice& choice, const fhir::Definitions& definitions,
                     const Path& path, Findings& findings) {
  const std::string_view text = value["reference"].text();
  if (std::any_of(text.begin(), text.end(), [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }))
    return findings.add(path.child("reference"), "value", "A reference has no white space.");
  if (text.empty() || text[0] == '#' || text.find(':') < text.find_first_of("/?")) return;
  const auto end = text.find_first_of("/?");
  const std::string_view type = text.substr(0, end);
  const Path at = path.child("reference");
  if (end == text.npos || end + 1 == text.size())
    return findings.add(at, "value",
                        "A reference is Type/id, #id of a contained resource, or an absolute URL.");
  const fhir::Type* target = definitions.find_resource(type);
  if (!target)
    return findings.add(at, "value",
                        quote(type) + " is no resource type of R4; a relative reference is Type/id.");
  for (const auto name : choice.targets) {
    const fhir::Type* allowed = definitions.find_type(name);
    if (allowed && target->is_a(*allowed)) return;
  }
  if (choice.targets.empty()) return;
  std::string allowed;
  for (const auto name : choice.targets) allowed += (allowed.empty() ? "" : ", ") + std::string(name);
  findings.add(at, "value", "This may not refer to " + std::string(type) + ", only to " + allowed + ".");
}

void check_type_rules(json::Value value, const fhir::Type& type, const Path& path, Findings& findings) {
  for (const auto& [name, check] : type_rules)
    if (type.name == name) check(value, path, findings);
}

}  // namespace handoff::validation
