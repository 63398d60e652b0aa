// What our profiles refuse, and what they only warn about. Each row is an example with one fault.
#include "core/text.h"
#include "ours.h"

namespace handoff::validation {
namespace {

struct Refusal {
  const char* example;
  const char* path;   // "provision.actor.0.role"
  const char* value;  // JSON in its place; null: the element is removed
  Severity severity;
  const char* told;  // in the expression, the diagnostics, or the key of the invariant; null: nothing is
                     // wrong with it
};

// `value` with `to` at the path. An absent `to` removes what is there.
json::Value changed(json::Arena& arena, json::Value value, std::span<const std::string_view> path,
                    json::Value to) {
  if (path.empty()) return to;
  const auto below = [&](json::Value member) { return changed(arena, member, path.subspan(1), to); };
  if (!value.is_array()) {
    std::vector<json::Member> members;
    bool found = false;
    for (const json::Member& member : value.members()) {
      found |= member.key == path[0];
      const json::Value now = member.key == path[0] ? below(member.value) : member.value;
      if (now) members.push_back({member.key, now});
    }
    if (const json::Value now = found ? json::Value{} : below({}))
      members.push_back({arena.string(path[0]).text(), now});
    return arena.object(members);
  }
  std::vector<json::Value> items(value.items().begin(), value.items().end());
  const auto index = std::size_t(std::stoul(std::string(path[0])));
  if (index == items.size()) items.emplace_back();
  items.at(index) = below(items.at(index));
  if (!items[index]) items.erase(items.begin() + std::ptrdiff_t(index));
  return items.empty() ? json::Value{} : arena.array(items);
}

constexpr Severity error = Severity::error, warning = Severity::warning, fine = Severity::information;
constexpr Refusal refusals[] = {
    {"patient-rosa", "identifier", nullptr, error, "identifier"},
    {"patient-rosa", "name", nullptr, error, "name"},
    {"patient-rosa", "name.0.family", nullptr, error, "family"},
    {"patient-rosa", "identifier.0.value", R"("1002")", error, "medicaid-number"},
    {"patient-rosa", "identifier.4",
     R"({"system": "https://handoff.example.org/id/medicaid", "value": "5006"})", error, "medicaid-number"},
    {"patient-rosa", "telecom.0.value", nullptr, error, "value"},
    {"patient-rosa", "gender", R"("F")", error, "gender"},
    {"patient-rosa", "birthDate", R"("12 April 1988")", error, "birthDate"},
    {"support-plan-rosa", "category.0", nullptr, error, "category"},
    {"support-plan-rosa", "category.0.coding.0.code", R"("crisis-plan")", error, "category"},
    {"support-plan-rosa", "careTeam", nullptr, error, "careTeam"},
    {"support-plan-rosa", "supportingInfo", nullptr, error, "supportingInfo"},
    {"support-plan-rosa", "created", nullptr, error, "created"},
    {"support-plan-rosa", "subject.reference", R"("Group/everybody")", error, "subject"},
    {"support-plan-rosa", "addresses.0.display", R"("Opioid dependence")", error, "by-reference"},
    {"support-plan-rosa", "activity.1",
     R"({"detail": {"status": "in-progress", "description": "methadone"}})", error, "detail"},
    {"crisis-plan-rosa", "category.0.coding.0.code", R"("support-plan")", error, "category"},
    {"crisis-plan-rosa", "activity", nullptr, error, "activity"},
    {"crisis-plan-rosa", "activity.0.detail.description", nullptr, error, "description"},
    {"aftercare-plan-rosa", "category.0", nullptr, error, "category"},
    {"aftercare-plan-rosa", "supportingInfo", nullptr, error, "supportingInfo"},
    {"aftercare-composition-rosa", "event.0.detail", nullptr, error, "detail"},
    {"aftercare-composition-rosa", "type.coding.0.code", R"("34133-9")", error, "type"},
    {"contact-rosa", "class.code", R"("EMER")", error, "class"},
    {"contact-rosa", "period", nullptr, error, "period"},
    {"contact-rosa", "serviceProvider", nullptr, error, "serviceProvider"},
    {"contact-rosa", "type.0.coding.0.code", R"("telepathy")", error, "has no code"},
    {"release-rosa", "dateTime", nullptr, error, "dateTime"},
    {"release-rosa", "performer", nullptr, error, "performer"},
    {"release-rosa", "sourceReference", nullptr, error, "source"},
    {"release-rosa", "organization", nullptr, error, "discloser-missing"},
    {"release-rosa", "provision.type", nullptr, error, "type"},
    {"release-rosa", "policyRule.coding.0.code", R"("OPTOUT")", error, "root-type-contradiction"},
    {"release-rosa", "policyRule.coding.0.code", R"("hipaa-auth")", error, "policyRule"},
    {"release-rosa", "scope.coding.0.code", R"("treatment")", error, "scope"},
    {"release-rosa", "provision.actor.0.role.coding.0.code", R"("AUT")", error, "role"},
    {"release-rosa", "provision.securityLabel.4.code", R"("ALC")", error, "securityLabel"},
    {"release-rosa", "provision.purpose.0.code", R"("MEDNEC")", warning, "purpose"},
    {"release-rosa", "provision.provision", R"([{"provision": [{"type": "deny"}]}])", error,
     "nested-type-missing"},
    {"release-rosa", "provision.provision",
     R"([{"type": "deny", "provision": [{"type": "deny", "provision": [{"type": "deny"}]}]}])", fine,
     nullptr},
    {"release-rosa", "provision.provision",
     R"([{"type": "deny", "provision": [{"type": "deny", "provision": [{"type": "deny", "provision": [{"type": "deny"}]}]}]}])",
     error, "nesting-too-deep"},
    {"release-rosa", "extension.0.valueCode", R"("something")", error, "extension"},
    {"release-rosa", "extension", nullptr, warning, "statement-missing"},
    {"release-rosa", "extension.1", nullptr, warning, "statement-missing"},
    {"release-rosa", "provision.actor", nullptr, warning, "recipient-missing"},
    {"release-rosa", "provision.purpose", nullptr, warning, "purpose-missing"},
    {"release-rosa", "provision.period", nullptr, fine, nullptr},
    {"release-rosa", "category.2",
     R"({"coding": [{"system": "https://handoff.example.org/fhir/CodeSystem/consent-category", "code": "psychotherapy-notes"}]})",
     warning, "notes-mixed"},
    {"release-rosa", "category.2",
     R"({"coding": [{"system": "https://handoff.example.org/fhir/CodeSystem/consent-category", "code": "legal-proceedings"}]})",
     warning, "proceedings-mixed"},
    {"release-rosa", "category.2",
     R"({"coding": [{"system": "https://handoff.example.org/fhir/CodeSystem/consent-category", "code": "intermediary"}]})",
     warning, "intermediary-incomplete"},
    {"release-open", "provision.purpose.0.code", R"("HRESCH")", warning, "expiry-missing"},
    {"release-supervision", "extension.1", nullptr, warning, "cj-condition"},
    {"release-supervision", "extension.2", nullptr, warning, "cj-event-missing"},
    {"release-supervision", "extension.2", nullptr, warning, "expiry-missing"},
    {"referral-rosa", "identifier.0.system", R"("https://handoff.example.org/id/other")", error,
     "identifier"},
    {"referral-rosa", "intent", R"("plan")", error, "intent"},
    {"referral-rosa", "authoredOn", nullptr, error, "authoredOn"},
    {"intervention-rosa", "intent", R"("order")", error, "intent"},
    {"intervention-rosa", "code", nullptr, error, "code"},
    {"referral-task-rosa", "focus", nullptr, error, "focus"},
    {"referral-task-rosa", "code.coding.0.code", R"("abort")", error, "code"},
    {"referral-task-rejected", "statusReason", nullptr, error, "rejection-reason"},
    {"enrollment-rosa", "type.0.coding.0.code", R"("CSP")", error, "type"},
    {"enrollment-rosa", "managingOrganization", nullptr, error, "managingOrganization"},
    {"enrollment-rosa", "period.end", nullptr, error, "finished-has-end"},
    {"incident-rosa", "detected", nullptr, error, "detected"},
    {"incident-rosa", "event.coding.0.code", R"("fall")", error, "event"},
    {"incident-rosa", "actuality", R"("potential")", error, "actuality"},
    {"ORG-EXAMPLE", "name", nullptr, error, "name"},
    {"ORG-EXAMPLE", "type.0.coding.0.code", R"("bakery")", error, "has no code"},
    {"ORG-EXAMPLE", "extension.0.valueCode", R"("perhaps")", error, "extension"},
    {"ORG-EXAMPLE-STATE", "extension.1.valueCode", R"("MA-HIV")", error, "extension"},
    {"team-rosa", "participant.0.member", nullptr, error, "member"},
    {"team-rosa", "status", nullptr, error, "status"},
    {"team-rosa", "participant.0.role.0.coding.0.code", R"("neighbor")", error, "has no code"},
};

bool tells(const Issue& issue, const Refusal& refusal) {
  return issue.severity == refusal.severity &&
         (issue.constraint == refusal.told || issue.expression.find(refusal.told) != std::string::npos ||
          issue.diagnostics.find(refusal.told) != std::string::npos);
}

TEST(Refusals, NameWhatIsWrong) {
  const Equipment equipment;
  for (const Refusal& refusal : refusals) {
    const json::Document whole = example(refusal.example);
    json::Document to;
    if (refusal.value) to = json::parse(refusal.value).value();
    json::Arena arena;
    const json::Value broken = changed(arena, whole.root(), split(refusal.path, '.'), to.root());
    ASSERT_FALSE(json::equal(broken, whole.root())) << refusal.example << " " << refusal.path;
    auto issues = equipment.validator.validate(broken, {});
    const std::string row =
        std::string(refusal.example) + " " + refusal.path + " " + (refusal.value ? refusal.value : "");
    if (refusal.told) {
      EXPECT_TRUE(std::any_of(issues.begin(), issues.end(),
                              [&](const Issue& issue) { return tells(issue, refusal); }))
          << row << "\n"
          << describe(issues);
    }
    EXPECT_EQ(has_errors(issues), refusal.severity == error) << row << describe(issues);
  }
}

TEST(Refusals, AreOfEveryProfile) {
  std::map<std::string_view, bool> refused;
  const auto examples = read_folder(compiled / "examples");
  for (const auto& [name, document] : examples) {
    const auto id = document.root()["id"].text();
    const auto of_it = [&](const Refusal& refusal) {
      return refusal.severity == error && refusal.example == id;
    };
    refused[document.root()["meta"]["profile"].at(0).text()] |=
        std::any_of(std::begin(refusals), std::end(refusals), of_it);
  }
  EXPECT_GE(refused.size(), 14u);
  for (const auto& [profile, is_refused] : refused) EXPECT_TRUE(is_refused) << profile;
}

}  // namespace
}  // namespace handoff::validation
