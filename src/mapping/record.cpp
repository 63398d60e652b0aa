#include "mapping/record.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "mapping/provenance.h"
#include "mapping/refusal.h"
#include "mapping/run.h"

namespace handoff::mapping {
namespace {

std::optional<Instant> instant_of(json::Value value) {
  const auto span = span_of(value.text());
  return span ? std::optional(span->first) : std::nullopt;
}

json::Value without(json::Arena& arena, json::Value record, std::string_view path) {
  if (record[path]) return json::with_member(arena, record, path, {});
  const std::size_t dot = path.find('.');
  if (dot == std::string_view::npos) return record;
  const std::string_view name = path.substr(0, dot);
  return json::with_member(arena, record, name, without(arena, record[name], path.substr(dot + 1)));
}

// The record as it was at `stage`: a `taken` value that is later than the stage is removed.
json::Value as_of(Run& run, std::optional<Instant> stage) {
  json::Value values = run.record.values;
  if (!stage) return values;
  for (const std::string& path : run.plan.taken) {
    const auto instant = instant_of(value_at(values, path));
    if (instant && *instant > *stage) values = without(run.arena(), values, path);
  }
  return values;
}

Result<PersonClaim> claim_of(Run& run) {
  PersonClaim claim;
  if (!run.plan.person) return claim;
  const PersonPlan& plan = *run.plan.person;
  for (const auto& link : plan.links) {
    auto value = run.text(link.value);
    if (!value) return value.error();
    if (!value->empty()) claim.links.push_back({link.system, std::move(*value)});
  }
  const std::pair<const Node*, std::string*> parts[] = {{&plan.medicaid, &claim.medicaid},
                                                        {&plan.family, &claim.family},
                                                        {&plan.given, &claim.given},
                                                        {&plan.birth_date, &claim.birth_date},
                                                        {&plan.sex, &claim.sex}};
  for (const auto& [node, text] : parts) {
    auto value = run.text(*node);
    if (!value) return value.error();
    *text = std::move(*value);
  }
  return claim;
}

// The identity of one resource. For a Patient the world decides it.
Result<Instance> identify(Run& run, const Produced& produced, const Mapped& mapped) {
  Instance instance;
  instance.plan = &produced;
  auto system = run.text(produced.key_system), value = run.text(produced.key_value);
  if (!system) return system.error();
  if (!value) return value.error();
  if (system->empty() || value->empty())
    return run.reject(produced.name, {}, "the key has no value", produced.place);
  instance.id = run.context.world->id_of(produced.type->name, *system, *value);
  instance.key = {std::move(*system), std::move(*value)};
  if (produced.id) {
    auto id = run.text(*produced.id);
    if (!id) return id.error();
    if (!id->empty()) instance.id = std::move(*id);
  }
  if (produced.type->name != "Patient") return instance;
  identity::Recognition recognized = run.context.world->recognize(mapped.person, instance.id);
  if (!recognized.candidates.empty())
    return run.hold({mapped.person, mapped.discloser, std::move(recognized.candidates)});
  instance.id = std::move(recognized.id);
  if (run.patient.empty()) run.patient = {"Patient", instance.id};
  return instance;
}

Result<void> require(Run& run, const Produced& produced) {
  for (const Requirement& requirement : produced.requirements) {
    auto holds = run.evaluate(requirement.that);
    if (!holds) return holds.error();
    if (fhirpath::is_true(*holds)) continue;
    return run.reject(requirement.that.columns.empty() ? produced.name : requirement.that.field(), {},
                      requirement.say, requirement.that.place);
  }
  return {};
}

void set_item(Run& run, const fhirpath::Collection& item, std::size_t index) {
  run.set_variable("item", item);
  run.set_variable("index", {fhirpath::system_item(run.arena().integer((long long)(index)),
                                                   fhirpath::SystemType::integer)});
}

bool is_same(const fhirpath::Collection& a, const fhirpath::Collection& b) {
  return std::equal(
      a.begin(), a.end(), b.begin(), b.end(),
      [](const fhirpath::Item& x, const fhirpath::Item& y) { return json::equal(x.value, y.value); });
}

// Adds the instances of one produce entry: one, or one for each item of `each`.
Result<void> add_instances(Run& run, const Produced& produced, const Mapped& mapped) {
  fhirpath::Collection items{{}};
  if (produced.each.expression) {
    auto each = run.evaluate(produced.each);
    if (!each) return each.error();
    items = std::move(*each);
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    const fhirpath::Collection item =
        produced.each.expression ? fhirpath::Collection{items[i]} : fhirpath::Collection{};
    set_item(run, item, i);
    if (produced.when.expression) {
      auto when = run.evaluate(produced.when);
      if (!when) return when.error();
      if (!fhirpath::is_true(*when)) continue;
    }
    if (auto done = require(run, produced); !done) return done.error();
    auto instance = identify(run, produced, mapped);
    if (!instance) return instance.error();
    instance->item = item;
    instance->index = i;
    const auto known = std::find_if(run.instances.begin(), run.instances.end(), [&](const Instance& other) {
      return other.plan->type == produced.type && other.id == instance->id;
    });
    if (known == run.instances.end()) run.instances.push_back(std::move(*instance));
    else if (known->plan != instance->plan || !is_same(known->item, item))
      return run.reject(produced.name, instance->key.value,
                        "two different resources of this record have the same key", produced.place);
  }
  return {};
}

bool is_identifier(json::Value value, const Identifier& key) {
  return value["system"].text() == key.system && value["value"].text() == key.value;
}

// The rendered resource, with type, id and business identifier in front.
json::Value completed(Run& run, const Instance& instance, json::Value rendered) {
  json::Arena& arena = run.arena();
  std::vector<json::Member> members{{"resourceType", arena.string(instance.plan->type->name)},
                                    {"id", arena.string(instance.id)}};
  const auto* element = instance.plan->type->find("identifier");
  json::Value identifier = rendered["identifier"];
  if (element) {
    const json::Member parts[] = {{"system", arena.string(instance.key.system)},
                                  {"value", arena.string(instance.key.value)}};
    std::vector<json::Value> all(identifier.items().begin(), identifier.items().end());
    const bool is_there =
        std::any_of(all.begin(), all.end(), [&](json::Value v) { return is_identifier(v, instance.key); });
    if (element->is_list() && !is_there) all.insert(all.begin(), arena.object_of(parts));
    if (element->is_list()) identifier = arena.array(all);
    else if (!identifier) identifier = arena.object_of(parts);
    members.push_back({"identifier", identifier});
  }
  for (const json::Member& member : rendered.members())
    if (member.key != "resourceType" && member.key != "id" && member.key != "identifier")
      members.push_back(member);
  return arena.object_of(members);
}

fhir::Reference patient_of(json::Value resource) {
  for (const std::string_view name : {"patient", "subject", "beneficiary", "for", "individual"}) {
    const std::string_view reference = resource[name]["reference"].text();
    if (reference.starts_with("Patient")) return fhir::Reference(reference);
  }
  return {};
}

Result<void> render_instances(Run& run, Mapped& mapped) {
  for (const Instance& instance : run.instances) {
    set_item(run, instance.item, instance.index);
    auto rendered = run.render(instance.plan->resource);
    if (!rendered) return rendered.error();
    const json::Value resource = json::copy(mapped.arena, completed(run, instance, *rendered));
    if (run.patient.empty()) run.patient = patient_of(resource);
    mapped.entries.push_back(
        {instance.plan->name, std::string(instance.plan->type->name), instance.id, instance.key, resource});
  }
  return {};
}

// What happened with one existing resource: it changed, it already had these values, or `where` excludes it.
enum class Amended { changed, alike, not_meant };

Result<Amended> amend_one(Run& run, const Produced& produced, json::Value existing, Mapped& mapped) {
  const fhirpath::Collection focus{fhirpath::resource_item(existing, *run.plan.definitions)};
  set_item(run, focus, 0);
  auto holds = run.evaluate(produced.where, focus);
  if (!holds) return holds.error();
  if (!fhirpath::is_true(*holds)) return Amended::not_meant;
  auto rendered = run.render(produced.resource);
  if (!rendered) return rendered.error();
  json::Value changed = existing;
  for (const json::Member& member : rendered->members())
    if (member.key != "resourceType")
      changed = json::with_member(run.arena(), changed, member.key, member.value);
  if (json::equal(changed, existing)) return Amended::alike;
  // The store sets labels, version and time. The resource keeps the profiles that it was made with.
  const json::Value profiles = existing["meta"]["profile"];
  const json::Member claims[] = {{"profile", profiles}};
  changed =
      json::with_member(run.arena(), changed, "meta", profiles ? run.arena().object(claims) : json::Value{});
  changed = json::copy(mapped.arena, changed);
  const json::Value identifier =
      changed["identifier"].is_array() ? changed["identifier"].at(0) : changed["identifier"];
  Entry entry{produced.name,
              std::string(produced.type->name),
              std::string(changed["id"].text()),
              {std::string(identifier["system"].text()), std::string(identifier["value"].text())},
              changed,
              true,
              existing};
  mapped.entries.push_back(std::move(entry));
  return Amended::changed;
}

// Finds the person whose resources are amended, if the record produces no resource of that person. The
// record's links name the person. If the person does not exist yet, the record waits.
Result<void> find_person(Run& run, const Mapped& mapped) {
  for (const Identifier& link : mapped.person.links) {
    const auto found = run.context.world->find("Patient", link.system, link.value);
    if (!found) continue;
    run.patient = fhir::Reference(*found);
    constexpr std::string_view prefix = "Patient/";
    if (!found->starts_with(prefix)) return {};  // nobody is known offline
    identity::Recognition recognized =
        run.context.world->recognize(mapped.person, found->substr(prefix.size()));
    if (!recognized.candidates.empty())
      return run.hold({mapped.person, mapped.discloser, std::move(recognized.candidates)});
    run.patient = {"Patient", recognized.id};
    return {};
  }
  if (mapped.person.links.empty())
    return run.reject({}, {}, "the record names no person whose resources it could change", "map.json");
  return run.wait("Patient", mapped.person.links.front());
}

// Amends existing resources. If the record produces nothing and finds nothing to change, it waits for a
// resource to change.
Result<void> amend(Run& run, Mapped& mapped) {
  const Produced* missing = nullptr;
  bool is_any_there = false;
  for (const Produced& produced : run.plan.produced) {
    if (!produced.amends) continue;
    if (produced.when.expression) {
      auto when = run.evaluate(produced.when);
      if (!when) return when.error();
      if (!fhirpath::is_true(*when)) continue;
    }
    if (run.patient.empty()) {
      // it produced only resources without a person, for example an organization
      if (!mapped.entries.empty() && mapped.person.links.empty()) continue;
      if (auto found = find_person(run, mapped); !found) return found.error();
    }
    bool is_there = false;
    for (const json::Value existing : run.context.world->of_patient(run.patient, produced.type->name)) {
      const auto done = amend_one(run, produced, existing, mapped);
      if (!done) return done.error();
      is_there = is_there || *done != Amended::not_meant;
    }
    is_any_there = is_any_there || is_there;
    if (!is_there && !missing) missing = &produced;
  }
  mapped.is_so_already = mapped.entries.empty() && is_any_there;
  if (mapped.entries.empty() && missing && !is_any_there && run.context.world->knows_people())
    return run.wait(std::string(missing->type->name), {std::string(of_person), run.patient.text()});
  return {};
}

Result<void> produce(Run& run, std::optional<Instant> stage, Mapped& mapped) {
  auto claim = claim_of(run);
  if (!claim) return claim.error();
  mapped.person = std::move(*claim);
  auto discloser = run.text(run.plan.discloser);
  if (!discloser) return discloser.error();
  mapped.discloser = std::move(*discloser);
  constexpr std::string_view organization = "Organization/";  // a reference may name it instead of an id
  if (mapped.discloser.starts_with(organization)) mapped.discloser.erase(0, organization.size());
  for (const Produced& produced : run.plan.produced) {
    if (produced.amends) continue;
    if (auto done = add_instances(run, produced, mapped); !done) return done.error();
  }
  if (auto done = render_instances(run, mapped); !done) return done.error();
  if (auto done = amend(run, mapped); !done) return done.error();
  mapped.patient = run.patient;
  if (!mapped.entries.empty()) mapped.entries.push_back(provenance_of(run, stage, mapped));
  return {};
}

}  // namespace

std::vector<Instant> stages_of(const Plan& plan, const SourceRecord& record) {
  std::vector<Instant> all;
  for (const std::string& path : plan.taken)
    if (const auto instant = instant_of(value_at(record.values, path))) all.push_back(*instant);
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

Outcome run_record(const Plan& plan, const SourceRecord& record, std::optional<Instant> stage,
                   const RunContext& context) {
  if (record.rejection) return *record.rejection;
  Run run(plan, record, context);
  run.set_record(as_of(run, stage));
  Mapped mapped;
  const auto done = produce(run, stage, mapped);
  if (done) {
    if (auto refused = refusal_of(plan, record, mapped, context)) return std::move(*refused);
    return mapped;
  }
  Stop stop = run.stopped(done.error());
  if (stop.held) return std::move(*stop.held);
  if (stop.waiting) return std::move(*stop.waiting);
  return std::move(*stop.rejection);
}

}  // namespace handoff::mapping
