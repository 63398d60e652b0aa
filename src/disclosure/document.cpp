#include "disclosure/document.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "consent/labels.h"
#include "consent/marks.h"
#include "core/civil.h"
#include "disclosure/document_frame.h"
#include "disclosure/sections.h"
#include "fhir/reference.h"

namespace handoff::disclosure {
namespace {

using json::Arena;
using json::Member;
using json::Value;

constexpr std::string_view act_code = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
constexpr std::string_view notice_title = "Notice: redisclosure prohibited (42 CFR 2.32)";

std::string reference_to(Value resource) {
  return std::string(resource["resourceType"].text()) + "/" + std::string(resource["id"].text());
}

// Collects the resources of a document, each once, in order.
class Composer {
 public:
  Composer(Arena& arena, const DocumentParts& parts, fhir::RecordReader& record)
      : arena_(arena), parts_(parts), record_(record) {}

  // The Composition is the first entry but is made last, because it names and describes only what is there.
  Value compose() {
    const routing::Aftercare& a = parts_.aftercare;
    add(parts_.patient);
    for (const auto& group : {std::vector{a.care_plan}, a.goals, a.conditions, std::vector{a.care_team},
                              a.medications, a.appointments})
      for (const Value resource : group) add(resource);
    add_named_organizations();
    for (const Value consent : parts_.consents) add(consent);
    add(final_composition());
    std::rotate(entries_.begin(), entries_.end() - 1, entries_.end());
    return bundle();
  }

 private:
  Value text(std::string_view value) { return arena_.string(value); }
  Value coding(std::string_view system, std::string_view code) {
    const Member members[] = {{"system", text(system)}, {"code", text(code)}};
    return arena_.object(members);
  }
  // Only sections that say something.
  std::vector<Value> sections(const Contents& all) {
    const routing::Aftercare& a = parts_.aftercare;
    std::vector<Value> made = {section_of(arena_, "Support plan", {a.care_plan}, all),
                               section_of(arena_, "Goals", a.goals, all),
                               section_of(arena_, "Conditions", a.conditions, all),
                               section_of(arena_, "Care team", {a.care_team}, all),
                               section_of(arena_, "Medications of the plan", a.medications, all)};
    for (const Value section : a.composition["section"].items())
      made.push_back(own_section(arena_, section, all));
    made.push_back(consent_section(arena_, parts_.consents, all));
    made.push_back(words_section(arena_, notice_title, consent::redisclosure_notice()));
    std::erase_if(made, [](Value section) { return !section; });
    return made;
  }

  // The text covers everything, so the Composition carries the labels of everything.
  Value final_composition() {
    const auto resolve = [this](std::string_view reference) {
      const auto found = resources_.find(reference);
      return found == resources_.end() ? Value{} : found->second;
    };
    const auto is_here = [this](std::string_view literal) {
      if (literal.starts_with(parts_.base + "/")) literal.remove_prefix(parts_.base.size() + 1);
      return resources_.contains(literal);
    };
    const Contents contents{resolve, is_here};
    Value made = naming_what_is_here(arena_, parts_.aftercare.composition, contents);
    made = without_loose_contained(
        arena_, json::with_member(arena_, made, "section", arena_.array(sections(contents))));
    made = with_summary(arena_, made, parts_.patient, contents);
    consent::merge(labels_, consent::labels_in(made));
    return consent::with_marks(arena_, consent::with_labels(arena_, made, labels_), {});
  }

  void add(Value resource) {
    if (!resource || !resources_.emplace(reference_to(resource), resource).second) return;
    consent::merge(labels_, consent::labels_in(resource));
    const Member entry[] = {{"fullUrl", text(parts_.base + "/" + reference_to(resource))},
                            {"resource", resource}};
    entries_.push_back(arena_.object(entry));
  }

  // Adds the organizations that anything in the document refers to, and the services that appointments name.
  void add_named_organizations() {
    std::set<std::string> named;
    collect_references(parts_.aftercare.composition, named);
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

  // The parser's limit bounds the depth.
  void collect_references(Value value, std::set<std::string>& out) {
    if (const auto reference = value["reference"].text(); !reference.empty())
      out.insert(fhir::local_reference(reference));
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
  std::vector<Value> entries_;
  consent::Labels labels_{.confidentiality = 'R'};       // of all entries together
  std::map<std::string, Value, std::less<>> resources_;  // what the document holds, by reference
  std::set<std::string> organizations_;
};

}  // namespace

Value compose_aftercare(Arena& arena, const DocumentParts& parts, fhir::RecordReader& record) {
  return Composer(arena, parts, record).compose();
}

}  // namespace handoff::disclosure
