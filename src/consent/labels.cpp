#include "consent/labels.h"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "consent/codes.h"
#include "consent/content.h"
#include "consent/recipients.h"
#include "consent/signals.h"
#include "consent/telling_names.h"
#include "consent/words.h"
#include "narrative/narrative.h"

namespace handoff::consent {
namespace {

using json::Value;
using Read = std::function<Value(std::string_view)>;

constexpr std::string_view regime_system = "https://handoff.example.org/fhir/CodeSystem/regime";
constexpr std::string_view handling_marks[] = {"SAFETYPLAN", "INCIDENT", "SEALED"};
constexpr int ancestors_max = 16;  // stops a circle of partOf

bool contains(const auto& range, std::string_view item) {
  return std::find(std::begin(range), std::end(range), item) != std::end(range);
}

// Collects the signals of one resource. A strong signal labels. Weak signals are counted by family, each
// element once.
class Reader {
 public:
  explicit Reader(const Read& read, const std::set<std::string, std::less<>>& supported = {})
      : read_(read), supported_(supported) {}

  void resource(Value value) {
    if (value["resourceType"].text() == "AdverseEvent") marks.insert("INCIDENT");
    for (const json::Member& member : value.members())
      if (member.key != "meta" && member.key != "subject") element(member.value);
    if (const Value medication = target(value["medicationReference"])) resource(medication);
    for (const Value reason : value["reasonReference"].items())
      if (const Value found = target(reason)) supporting_families(found);
  }

  // What people read. All words together are one element, including those of the medication that the resource
  // refers to.
  void words(Value value) {
    std::set<std::string> weak;
    for (const Value each : {value, target(value["medicationReference"])})
      for (const Signal& signal : word_signals(each))
        (signal.weak ? weak : sensitivities).emplace(signal.code);
    for (const std::string& code : weak) weak_[std::string(family_of(code))].push_back(code);
  }

  // A weak signal counts if a second signal of its family comes from a different element, or if a strong one
  // is here or in the reason.
  void settle_weak(bool source_supports) {
    for (const auto& [family, signals] : weak_) {
      const bool strong = std::any_of(sensitivities.begin(), sensitivities.end(),
                                      [&](const std::string& s) { return family_of(s) == family; });
      if (!strong && !source_supports && signals.size() < 2 && !supported_.contains(family)) continue;
      sensitivities.insert(signals.begin(), signals.end());
    }
  }
  bool has_weak(std::string_view family) const { return weak_.contains(std::string(family)); }

  std::set<std::string> sensitivities, marks;

 private:
  Value target(Value reference) const {
    return reference["reference"] ? read_(reference["reference"].text()) : Value{};
  }

  // The codings of one concept are one element. Depth is bounded by the parser's limit.
  void element(Value value) {
    if (value["coding"].is_array()) {
      std::map<std::string, std::string> of_concept;  // weak signals, by family
      for (const Value coding : value["coding"].items()) coding_signal(coding, of_concept);
      count(of_concept);
      return;
    }
    if (value["system"].is_string() && value["code"].is_string()) {
      std::map<std::string, std::string> alone;
      coding_signal(value, alone);
      count(alone);
    }
    for (const json::Member& member : value.members()) element(member.value);
    for (const Value item : value.items()) element(item);
  }

  void coding_signal(Value coding, std::map<std::string, std::string>& weak) {
    const std::string system = code_system(coding["system"].text());
    const std::string_view code = coding["code"].text();
    if (const OwnCode* own = own_code(system, code)) {
      for (const std::string_view label : {own->first, own->second})
        if (!label.empty()) (contains(handling_marks, label) ? marks : sensitivities).emplace(label);
    }
    const Signal signal = signal_of(system, code);
    if (!signal) return;
    if (signal.weak) weak[std::string(family_of(signal.code))] = signal.code;
    else sensitivities.emplace(signal.code);
  }

  void count(const std::map<std::string, std::string>& weak) {
    for (const auto& [family, code] : weak) weak_[family].push_back(code);
  }

  void supporting_families(Value reason) {
    Reader other(read_);
    for (const json::Member& member : reason.members())
      if (member.key != "meta") other.element(member.value);
    for (const std::string& sensitivity : other.sensitivities) supported_.emplace(family_of(sensitivity));
  }

  const Read& read_;
  std::map<std::string, std::vector<std::string>> weak_;
  std::set<std::string, std::less<>> supported_;
};

bool is_substance_use(const std::set<std::string>& sensitivities) {
  return std::any_of(sensitivities.begin(), sensitivities.end(),
                     [](const std::string& s) { return sensitivity_covers("SUD", s); });
}

bool has_patient(Value resource, const Read& read) {
  for (const auto* member : {"patient", "subject", "beneficiary", "for", "individual"})
    if (resource[member]) return true;
  if (const Value target = resource["target"].at(0); resource["resourceType"].text() == "Provenance") {
    const Value found = target["reference"] ? read(target["reference"].text()) : Value{};
    return !found || found["resourceType"].text() == "Provenance" || has_patient(found, read);
  }
  const auto participants = resource["participant"].items();
  return resource["resourceType"].text() == "Patient" ||
         std::any_of(participants.begin(), participants.end(),
                     [](Value participant) { return bool(participant["actor"]); });
}

void add_regimes(Labels& labels, const Source& source, bool weak_substance_use) {
  const bool substance_use = is_substance_use(labels.sensitivities);
  const bool whole = source.posture == Part2Posture::all || source.posture == Part2Posture::undeclared;
  if (whole || (source.posture == Part2Posture::sud_content && (substance_use || weak_substance_use)))
    labels.regimes.insert("42CFRPart2");
  if (source.is_dmh) labels.regimes.insert("DMH");
  if (source.is_ma_111e && substance_use) labels.regimes.insert("MA-111E");
}

// What a Consent of this category is about.
struct Subject {
  std::string_view category;
  std::string_view sensitivity;
};
constexpr Subject subjects[] = {{hiv_category, "HIV"},
                                {part2_category, "SUD"},
                                {"sud-counseling-notes", "SUD"},
                                {"psychotherapy-notes", "MH"}};

// Does the provision name content of substance use at any depth? Depth is bounded by the parser's limit.
bool names_substance_use(Value provision) {
  const auto labels = provision["securityLabel"].items(), nested = provision["provision"].items();
  return std::any_of(labels.begin(), labels.end(),
                     [](Value label) { return sensitivity_covers("SUD", label["code"].text()); }) ||
         std::any_of(nested.begin(), nested.end(), names_substance_use);
}

// A Consent reveals the subject of its category: a release of HIV information reveals HIV. A Consent reveals
// substance use also if it names content of substance use, or a Part 2 program as recipient.
void add_subject_of_consent(std::set<std::string>& sensitivities, Value consent, const Read& read) {
  for (const Value category : consent["category"].items())
    for (const Value coding : category["coding"].items())
      for (const Subject& subject : subjects)
        if (coding["code"].text() == subject.category) sensitivities.emplace(subject.sensitivity);
  bool tells = names_substance_use(consent["provision"]);
  for (const std::string& recipient : recipients_of(consent)) {
    const Value organization = tells ? Value{} : read(recipient);
    if (!organization) continue;
    const Part2Posture posture = source_of(organization, read).posture;
    tells = posture == Part2Posture::all || posture == Part2Posture::sud_content;
  }
  if (tells) sensitivities.insert("SUD");
}

void raise(char& confidentiality, char to) {
  if (confidentiality_rank({&to, 1}) > confidentiality_rank({&confidentiality, 1})) confidentiality = to;
}

bool has_confidentiality(Value resource) {
  const auto codings = resource["meta"]["security"].items();
  return std::any_of(codings.begin(), codings.end(),
                     [](Value coding) { return coding["system"].text() == confidentiality; });
}

std::optional<Source> declared_by(Value organization) {
  Source source;
  bool declared = false;
  for (const Value extension : organization["extension"].items()) {
    const auto url = extension["url"].text(), code = extension["valueCode"].text();
    if (!url.starts_with(extension_base)) continue;
    const auto name = url.substr(extension_base.size());
    if (name == "source-regime") {
      source.is_dmh |= code == "DMH";
      source.is_ma_111e |= code == "MA-111E";
    }
    if (name != "part2-program") continue;
    declared = true;
    source.posture = code == "none"          ? Part2Posture::none
                     : code == "sud-content" ? Part2Posture::sud_content
                                             : Part2Posture::all;
  }
  return declared || source.is_dmh || source.is_ma_111e ? std::optional(source) : std::nullopt;
}

std::string_view system_of(std::string_view code) {
  if (code == "42CFRPart2") return act_code;
  if (contains(handling_marks, code) || code == "JI" || code == "CORI" || code == "SUDNOTE")
    return sensitivity_system;
  return is_sensitivity(code) ? act_code : regime_system;
}

}  // namespace

Source source_of(Value organization, const Read& read) {
  for (int climbed = 0; organization && climbed < ancestors_max; ++climbed) {
    if (const auto declared = declared_by(organization)) return *declared;
    organization =
        organization["partOf"]["reference"] ? read(organization["partOf"]["reference"].text()) : Value{};
  }
  return {};
}

Labels labels_in(Value resource) {
  Labels labels;
  labels.confidentiality = 'U';
  for (const Value coding : resource["meta"]["security"].items()) {
    const auto system = coding["system"].text(), code = coding["code"].text();
    if (system == confidentiality && code.size() == 1) raise(labels.confidentiality, code.front());
    else if (system == regime_system || code == "42CFRPart2") labels.regimes.emplace(code);
    else if (contains(handling_marks, code) && system == sensitivity_system) labels.marks.emplace(code);
    else if (is_sensitivity(code) && (system == act_code || system == sensitivity_system))
      labels.sensitivities.emplace(code);
  }
  return labels;
}

Labels labels_of(Value whole, const Source& source, const Read& read, const TellingNames* names,
                 const std::set<std::string, std::less<>>& supported) {
  // Text that the gateway generated says nothing beyond the elements, which are read anyway.
  std::optional<json::Arena> arena;
  const Value resource =
      narrative::has_own_text(whole) ? json::with_member(arena.emplace(), whole, "text", {}) : whole;
  Labels labels = labels_in(resource);
  Reader reader(read, supported);
  reader.resource(resource);
  // the word "Probation" in a directory entry labels nobody
  if (has_patient(resource, read)) reader.words(resource);
  reader.settle_weak(source.posture == Part2Posture::all || source.posture == Part2Posture::undeclared);
  labels.sensitivities.merge(reader.sensitivities);
  if (names && has_patient(resource, read)) labels.sensitivities.merge(names->revealed_by(resource, read));
  if (resource["resourceType"].text() == "Consent")
    add_subject_of_consent(labels.sensitivities, resource, read);
  if (const Value all[] = {resource}; holds_hiv(all)) labels.sensitivities.insert("HIV");
  labels.marks.merge(reader.marks);
  if (labels.sensitivities.contains("ETH")) labels.sensitivities.insert("SUD");
  if (has_patient(resource, read)) add_regimes(labels, source, reader.has_weak("SUD"));
  if (labels.sensitivities.contains("HIV")) labels.regimes.insert("MA-HIV");
  if (labels.sensitivities.contains("PSYTHPN") || labels.sensitivities.contains("SUDNOTE"))
    raise(labels.confidentiality, 'V');
  if (!labels.sensitivities.empty() || !labels.regimes.empty()) raise(labels.confidentiality, 'R');
  if (labels.confidentiality == 'U' && !has_confidentiality(resource)) labels.confidentiality = 'N';
  return labels;
}

void merge(Labels& all, Labels more) {
  raise(all.confidentiality, more.confidentiality);
  all.sensitivities.merge(more.sensitivities);
  all.marks.merge(more.marks);
  all.regimes.merge(more.regimes);
}

Value with_labels(json::Arena& arena, Value resource, const Labels& labels) {
  std::vector<Value> codings;
  // by system and code: the same code of another system does not count
  std::set<std::pair<std::string, std::string>> there;
  for (const Value coding : resource["meta"]["security"].items()) {
    if (coding["system"].text() == confidentiality) continue;
    codings.push_back(coding);
    there.emplace(coding["system"].text(), coding["code"].text());
  }
  const auto coding = [&](std::string_view system, std::string_view code) {
    const json::Member members[] = {{"system", arena.string(system)}, {"code", arena.string(code)}};
    return arena.object(members);
  };
  codings.insert(codings.begin(), coding(confidentiality, {&labels.confidentiality, 1}));
  for (const auto* codes : {&labels.sensitivities, &labels.marks, &labels.regimes})
    for (const std::string& code : *codes)
      if (!there.contains({std::string(system_of(code)), code}))
        codings.push_back(coding(system_of(code), code));
  const Value meta =
      json::with_member(arena, resource["meta"].is_object() ? resource["meta"] : json::Arena::empty_object(),
                        "security", arena.array(codings));
  return json::with_member(arena, resource, "meta", meta);
}

}  // namespace handoff::consent
