#include "disclosure/document.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "consent/labels.h"
#include "consent/marks.h"
#include "core/civil.h"
#include "fhir/reference.h"

namespace handoff::disclosure {
namespace {

using json::Arena;
using json::Member;
using json::Value;

constexpr std::string_view act_code = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
constexpr std::string_view notice_title = "Notice: redisclosure prohibited (42 CFR 2.32)";

std::string reference_to(Value resource) { return std::string(resource["resourceType"].text()) + "/" + std::string(resource["id"].text()); }

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '&') out += "&amp;";
    else if (c == '"') out += "&quot;";
    else out += c;
  }
  return out;
}

// Collects the resources of a document, each once, in order.
class Composer {
 public:
  Composer(Arena& arena, const DocumentParts& parts, fhir::RecordReader& record) : arena_(arena), parts_(parts), record_(record) {}

  Value compose() {
    const routing::Aftercare& a = parts_.aftercare;
    add_section("Support plan", {a.care_plan});
    add_section("Goals", a.goals);
    add_section("Conditions", a.conditions);
    add_section("Care team", {a.care_team});
    add_section("Medications of the plan", a.medications);
    add_own_sections();
    add_section("Consent", parts_.consents);
    sections_.push_back(text_section(notice_title, consent::redisclosure_notice()));

    add(final_composition());
    add(parts_.patient);
    for (const auto& group : {std::vector{a.care_plan}, a.goals, a.conditions, std::vector{a.care_team}, a.medications, a.appointments})
      for (const Value resource : group) add(resource);
    add_named_organizations();
    for (const Value consent : parts_.consents) add(consent);
    return bundle();
  }

 private:
  Value text(std::string_view value) { return arena_.string(value); }
  Value coding(std::string_view system, std::string_view code) {
    const Member members[] = {{"system", text(system)}, {"code", text(code)}};
    return arena_.object(members);
  }
  Value narrative(std::string_view words) {
    const Member members[] = {{"status", text("generated")},
                              {"div", text(fmt::format("<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>{}</p></div>", escaped(words)))}};
    return arena_.object(members);
  }
  Value text_section(std::string_view title, std::string_view words) {
    const Member members[] = {{"title", text(title)}, {"text", narrative(words)}};
    return arena_.object(members);
  }
  void add_section(std::string_view title, const std::vector<Value>& resources) {
    std::vector<Value> entries;
    for (const Value resource : resources) {
      if (!resource) continue;
      const Member reference[] = {{"reference", text(reference_to(resource))}};
      entries.push_back(arena_.object(reference));
    }
    if (entries.empty()) return;
    const Member members[] = {{"title", text(title)}, {"entry", arena_.array(entries)}};
    sections_.push_back(arena_.object(members));
  }
  // The Composition's own sections, with those of their entries that are in the document.
  void add_own_sections() {
    for (const Value section : parts_.aftercare.composition["section"].items()) {
      std::vector<Value> entries;
      for (const Value entry : section["entry"].items())
        if (is_appointment_here(fhir::local_reference(entry["reference"].text()))) entries.push_back(entry);
      if (entries.empty() && !section["text"]) continue;
      const Value flat = json::with_member(arena_, section, "section", {});
      sections_.push_back(json::with_member(arena_, flat, "entry", entries.empty() ? Value{} : arena_.array(entries)));
    }
  }
  bool is_appointment_here(std::string_view reference) const {
    const auto& all = parts_.aftercare.appointments;
    return std::any_of(all.begin(), all.end(), [&](Value appointment) { return reference_to(appointment) == reference; });
  }
  Value final_composition() { return json::with_member(arena_, parts_.aftercare.composition, "section", arena_.array(sections_)); }

  void add(Value resource) {
    if (!resource || !seen_.insert(reference_to(resource)).second) return;
    const consent::Labels labels = consent::labels_in(resource);
    labels_.sensitivities.insert(labels.sensitivities.begin(), labels.sensitivities.end());
    labels_.regimes.insert(labels.regimes.begin(), labels.regimes.end());
    const Member entry[] = {{"fullUrl", text(parts_.base + "/" + reference_to(resource))}, {"resource", resource}};
    entries_.push_back(arena_.object(entry));
  }

  // Organizations, and the services of theirs that appointments name, which anything in the document refers to.
  void add_named_organizations() {
    std::set<std::string> named;
    for (std::size_t i = 0; i < entries_.size(); ++i) collect_references(entries_[i]["resource"], named);
    for (const Value consent : parts_.consents) collect_references(consent, named);
    for (const std::string& reference : named)
      if (reference.starts_with("HealthcareService/")) {
        const Value service = record_.read(reference);
        add(service);
        if (service) collect_references(service, organizations_);
      }
    for (const std::string& reference : named)
      if (reference.starts_with("Organization/")) organizations_.insert(reference);
    for (const std::string& reference : organizations_)
      if (reference.starts_with("Organization/")) add(record_.read(reference));
  }

  // Depth is bounded by the parser's limit.
  void collect_references(Value value, std::set<std::string>& out) {
    if (const auto reference = value["reference"].text(); !reference.empty()) out.insert(fhir::local_reference(reference));
    for (const Member& member : value.members()) collect_references(member.value, out);
    for (const Value item : value.items()) collect_references(item, out);
  }

  Value bundle() {
    const Value marks[] = {coding(act_code, "NORDSCLCD"), coding(act_code, "PERSISTLABEL"),
                           coding(act_code, "RedisclosureProhibitionMark")};
    const Member meta[] = {{"security", arena_.array(marks)}};
    const Member identifier[] = {{"system", text("urn:ietf:rfc:3986")}, {"value", text(parts_.identifier)}};
    const Member members[] = {{"resourceType", text("Bundle")},
                              {"meta", arena_.object(meta)},
                              {"identifier", arena_.object(identifier)},
                              {"type", text("document")},
                              {"timestamp", text(format_instant(parts_.timestamp))},
                              {"entry", arena_.array(entries_)}};
    return consent::with_labels(arena_, arena_.object(members), labels_);
  }

  Arena& arena_;
  const DocumentParts& parts_;
  fhir::RecordReader& record_;
  std::vector<Value> sections_, entries_;
  consent::Labels labels_{.confidentiality = 'R'};  // of all entries together
  std::set<std::string> seen_, organizations_;
};

}  // namespace

Value compose_aftercare(Arena& arena, const DocumentParts& parts, fhir::RecordReader& record) {
  return Composer(arena, parts, record).compose();
}

}  // namespace handoff::disclosure
