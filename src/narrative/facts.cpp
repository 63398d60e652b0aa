#include "narrative/facts.h"

#include <algorithm>
#include <iterator>
#include <span>

namespace handoff::narrative {
namespace {

using json::Value;

// Collects the facts of one resource. An empty text gives no fact.
class SummaryWriter {
 public:
  SummaryWriter(Value resource, const Resolve& resolve, Summary& summary)
      : resource_(resource), resolve_(resolve), summary_(summary) {}

  Value operator[](std::string_view member) const { return resource_[member]; }
  Value resource() const { return resource_; }
  const Resolve& resolve() const { return resolve_; }

  void about(std::string text) { summary_.subject = std::move(text); }
  void fact(std::string_view label, std::string text) {
    if (!text.empty()) summary_.facts.push_back({label, std::move(text)});
  }
  void code(std::string_view label, std::string_view member) {
    fact(label, code_words(resource_[member].text()));
  }
  void concept_of(std::string_view label, std::string_view member) {
    fact(label, concept_words(resource_[member]));
  }
  void concepts(std::string_view label, std::string_view member) {
    fact(label, all_concepts(resource_[member]));
  }
  void date(std::string_view label, std::string_view member) {
    fact(label, date_words(resource_[member].text()));
  }
  void period(std::string_view label, std::string_view member) {
    fact(label, period_words(resource_[member]));
  }
  void named(std::string_view label, std::string_view member) {
    const Value reference = resource_[member];
    fact(label, reference.is_array() ? everybody(reference, resolve_) : who(reference, resolve_));
  }

  static std::string all_concepts(Value concepts) {
    std::vector<std::string> all;
    for (const Value one : concepts.items()) all.push_back(concept_words(one));
    return listed(all);
  }

 private:
  Value resource_;
  const Resolve& resolve_;
  Summary& summary_;
};

void patient(SummaryWriter& t) {
  t.about(person_words(t["name"]));
  std::vector<std::string> names;
  for (const Value name : t["name"].items()) names.push_back(name_words(name));
  std::erase(names, person_words(t["name"]));
  t.fact("Also known as", listed(names));
  t.date("Born", "birthDate");
  t.code("Sex", "gender");
  if (t["deceasedBoolean"].truth()) t.fact("Deceased", "yes");
  t.date("Died", "deceasedDateTime");
  t.fact("Telephone", phones_in(t["telecom"]));
  std::vector<std::string> languages, places;
  for (const Value each : t["communication"].items()) languages.push_back(concept_words(each["language"]));
  t.fact("Language", listed(languages));
  for (const Value address : t["address"].items()) {
    const auto city = address["city"].text(), state = address["state"].text();
    places.push_back(std::string(city) + (city.empty() || state.empty() ? "" : ", ") + std::string(state));
  }
  t.fact("Lives in", listed(places));
}

// Only the name of the plan. Diagnoses, goals and medications are references, so their labels do not apply to
// the plan.
void care_plan(SummaryWriter& t) {
  const auto title = t["title"].text();
  t.about(title.empty() ? SummaryWriter::all_concepts(t["category"]) : std::string(title));
  t.code("Status", "status");
  t.period("In force", "period");
  t.date("Written", "created");
  t.named("By", "author");
}

void goal(SummaryWriter& t) {
  t.about(concept_words(t["description"]));
  t.fact("Status", listed({code_words(t["lifecycleStatus"].text()), concept_words(t["achievementStatus"])}));
  t.concept_of("Priority", "priority");
  t.date("Since", "startDate");
  std::vector<std::string> dates;
  for (const Value target : t["target"].items()) dates.push_back(date_words(target["dueDate"].text()));
  t.fact("Target date", listed(dates));
}

void condition(SummaryWriter& t) {
  t.about(concept_words(t["code"]));
  t.fact("Status", listed({concept_words(t["clinicalStatus"]), concept_words(t["verificationStatus"])}));
  t.concept_of("Severity", "severity");
  t.date("Since", "onsetDateTime");
  t.date("Recorded", "recordedDate");
}

struct Word {
  std::string_view code, word;
};
// Words for codings without a display. Other codings are named by their code.
std::string coding_words(Value coding, std::span<const Word> words) {
  const auto word = std::find_if(words.begin(), words.end(),
                                 [&](const Word& each) { return each.code == coding["code"].text(); });
  return word == words.end() || !coding["display"].text().empty() ? concept_words(coding)
                                                                  : std::string(word->word);
}

constexpr Word visits[] = {{"AMB", "ambulatory"}, {"EMER", "emergency"},  {"FLD", "in the field"},
                           {"HH", "at home"},     {"IMP", "in hospital"}, {"OBSENC", "observation"},
                           {"SS", "short stay"},  {"VR", "virtual"}};
constexpr Word purposes[] = {{"TREAT", "treatment"},
                             {"COC", "coordination of care"},
                             {"HPAYMT", "payment"},
                             {"HOPERAT", "health care operations"},
                             {"CAREMGT", "care management"}};

void encounter(SummaryWriter& t) {
  const std::string types = SummaryWriter::all_concepts(t["type"]);
  t.about(types.empty() ? coding_words(t["class"], visits) : types);
  t.code("Status", "status");
  t.period("When", "period");
  t.concepts("Reason", "reasonCode");
  t.named("At", "serviceProvider");
}

void service_request(SummaryWriter& t) {
  t.about(concept_words(t["code"]));
  t.code("Status", "status");
  t.code("Priority", "priority");
  t.date("Asked for on", "authoredOn");
  t.date("When", "occurrenceDateTime");
  t.period("When", "occurrencePeriod");
  t.named("Asked for by", "requester");
  t.named("Of", "performer");
}

void task(SummaryWriter& t) {
  const std::string code = concept_words(t["code"]);
  t.about(t["description"].text().empty() ? code : std::string(t["description"].text()));
  t.fact("Status", listed({code_words(t["status"].text()), concept_words(t["businessStatus"])}));
  t.code("Priority", "priority");
  t.date("Asked for on", "authoredOn");
  t.period("Worked on", "executionPeriod");
  t.fact("Due", date_words(t["restriction"]["period"]["end"].text()));
  t.named("Asked for by", "requester");
  t.named("Of", "owner");
}

void consent(SummaryWriter& t) {
  const Value rule = t["provision"];
  const auto type = rule["type"].text();
  t.about(type == "permit" ? "permits disclosure" : type == "deny" ? "refuses disclosure" : "");
  t.code("Status", "status");
  t.date("Given on", "dateTime");
  t.fact("In force", period_words(rule["period"]));
  std::vector<std::string> reasons, recipients;
  for (const Value purpose : rule["purpose"].items()) reasons.push_back(coding_words(purpose, purposes));
  for (const Value actor : rule["actor"].items()) recipients.push_back(who(actor["reference"], t.resolve()));
  t.fact("For", listed(reasons));
  t.named("From", "organization");
  t.fact("To", listed(recipients));
}

void appointment(SummaryWriter& t) {
  const std::string services = SummaryWriter::all_concepts(t["serviceType"]);
  t.about(services.empty() ? std::string(t["description"].text()) : services);
  t.code("Status", "status");
  std::vector<std::string> days, with, phones;
  if (t["start"]) days.push_back(date_words(t["start"].text()));
  else
    for (const Value period : t["requestedPeriod"].items()) days.push_back(period_words(period));
  t.fact("When", listed(days));
  for (const Value participant : t["participant"].items()) {
    const Value actor = participant["actor"];
    if (actor["reference"].text().find("Patient/") != std::string_view::npos ||
        actor["type"].text() == "Patient")
      continue;
    with.push_back(who(actor, t.resolve()));
    phones.push_back(phones_of(actor, t.resolve()));
  }
  t.fact("With", listed(with));
  t.fact("Telephone", listed(phones));
}

void care_team(SummaryWriter& t) {
  t.about(std::string(t["name"].text()));
  t.code("Status", "status");
  t.period("In force", "period");
  std::vector<std::string> members;
  for (const TeamMember& member : members_of(t.resource(), t.resolve())) {
    const bool both = !member.role.empty() && !member.name.empty();
    members.push_back(member.role + (both ? ": " : "") + member.name +
                      (member.phones.empty() ? "" : " (" + member.phones + ")"));
  }
  t.fact("Members", listed(members));
}

void medication_request(SummaryWriter& t) {
  t.about(t["medicationCodeableConcept"] ? concept_words(t["medicationCodeableConcept"])
                                         : who(t["medicationReference"], t.resolve()));
  t.code("Status", "status");
  std::vector<std::string> doses;
  for (const Value dose : t["dosageInstruction"].items()) doses.emplace_back(dose["text"].text());
  t.fact("Dose", listed(doses));
  t.date("Written", "authoredOn");
  t.named("By", "requester");
}

void episode_of_care(SummaryWriter& t) {
  t.about(SummaryWriter::all_concepts(t["type"]));
  t.code("Status", "status");
  t.period("When", "period");
  t.named("With", "managingOrganization");
}

struct Kind {
  std::string_view type, name;
  void (*tell)(SummaryWriter&);
};
constexpr Kind kinds[] = {{"Patient", "Person", patient},
                          {"CarePlan", "Plan", care_plan},
                          {"Goal", "Goal", goal},
                          {"Condition", "Condition", condition},
                          {"Encounter", "Visit", encounter},
                          {"ServiceRequest", "Request", service_request},
                          {"Task", "Task", task},
                          {"Consent", "Consent", consent},
                          {"Appointment", "Appointment", appointment},
                          {"CareTeam", "Care team", care_team},
                          {"MedicationRequest", "Medication", medication_request},
                          {"EpisodeOfCare", "Enrolment", episode_of_care}};

const Kind* find_kind(std::string_view type) {
  const auto kind =
      std::find_if(std::begin(kinds), std::end(kinds), [&](const Kind& each) { return each.type == type; });
  return kind == std::end(kinds) ? nullptr : kind;
}

}  // namespace

std::string_view kind_of(std::string_view type) {
  const Kind* const kind = find_kind(type);
  return kind ? kind->name : std::string_view();
}

Summary summary_of(Value resource, const Resolve& resolve) {
  Summary summary;
  const Kind* const kind = find_kind(resource["resourceType"].text());
  if (!kind) return summary;
  summary.kind = kind->name;
  SummaryWriter writer(resource, resolve, summary);
  kind->tell(writer);
  return summary;
}

std::vector<TeamMember> members_of(Value care_team, const Resolve& resolve) {
  std::vector<TeamMember> all;
  for (const Value participant : care_team["participant"].items())
    all.push_back({SummaryWriter::all_concepts(participant["role"]), who(participant["member"], resolve),
                   phones_of(participant["member"], resolve)});
  return all;
}

}  // namespace handoff::narrative
