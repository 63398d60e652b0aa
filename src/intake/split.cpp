#include "intake/split.h"

#include <algorithm>
#include <set>

#include "consent/contributions.h"
#include "consent/discloser_marks.h"
#include "core/name_fold.h"
#include "core/text.h"
#include "fhir/reference.h"
#include "intake/evidence.h"
#include "intake/separation.h"
#include "mapping/world.h"
#include "store/people.h"
#include "store/resources.h"

namespace handoff::intake {
namespace {

using json::Arena;
using json::Member;
using json::Value;

// The resource, with every reference to `from` changed to `to`.
Value with_references(Arena& arena, Value value, const fhir::Reference& from, const fhir::Reference& to) {
  if (value.is_array()) {
    std::vector<Value> items;
    for (const Value item : value.items()) items.push_back(with_references(arena, item, from, to));
    return arena.array(items);
  }
  if (!value.is_object()) return value;
  std::vector<Member> members;
  for (const Member& member : value.members()) {
    const bool leads = member.key == "reference" && member.value.is_string() &&
                       fhir::local_reference(member.value.text()) == from.text();
    members.push_back(
        {member.key, leads ? arena.string(to) : with_references(arena, member.value, from, to)});
  }
  return arena.object(members);
}

void collect_references(Value value, std::set<std::string>& into) {
  for (const Value item : value.items()) collect_references(item, into);
  for (const Member& member : value.members()) {
    if (member.key == "reference" && member.value.is_string())
      into.insert(fhir::local_reference(member.value.text()));
    else collect_references(member.value, into);
  }
}

bool is_frame(std::string_view member) {
  return member == "resourceType" || member == "id" || member == "meta";
}

bool says_anything(Value patient) {
  const auto members = patient.members();
  return std::any_of(members.begin(), members.end(),
                     [](const Member& member) { return !is_frame(member.key); });
}

// True for equal elements. Names also count as equal if they name the same person in another spelling.
bool is_alike(Value a, Value b) {
  const auto same = [](Value x, Value y) { return fold_name_closed(x.text()) == fold_name_closed(y.text()); };
  return json::equal(a, b) ||
         (a["family"] && same(a["family"], b["family"]) && same(a["given"].at(0), b["given"].at(0)));
}

// A language alone identifies nobody. It stays with the oldest person.
bool says_who(const identity::PersonClaim& evidence) {
  return !identity::keys_of(evidence).empty() || !evidence.given.empty() || !evidence.birth_date.empty();
}

// Labels about the whole resource stay with every person, because nobody knows whose content brought them.
Value unmarked_meta(Arena& arena, Value meta) {
  std::vector<Value> security;
  for (const Value coding : meta["security"].items())
    if (!consent::is_marked(coding)) security.push_back(coding);
  return json::with_member(arena, meta.is_object() ? meta : Arena::empty_object(), "security",
                           security.empty() ? Value{} : arena.array(security));
}

bool shares_discloser(const store::Version& a, const store::Version& b) {
  const auto of_a = split(a.disclosers, ' '), of_b = split(b.disclosers, ' ');
  return std::find_first_of(of_a.begin(), of_a.end(), of_b.begin(), of_b.end()) != of_a.end();
}

}  // namespace

Split::Split(store::Snapshot snapshot, fhir::ResourceId patient, const identity::Tables& tables,
             const IdKey& id_key)
    : snapshot_(std::move(snapshot)), patient_(std::move(patient)), tables_(tables), id_key_(id_key) {}

void Split::read_contributions() {
  for (store::Contribution& row : snapshot_.people().contributions_of(patient_)) {
    Given given;
    given.evidence = identity::evidence_of(claim_of(row.claim), tables_.placeholders);
    row.references = snapshot_.people().made_by(row.id);
    if (auto resource = json::parse(row.resource)) {
      documents_.push_back(std::move(*resource));
      given.resource = documents_.back().root();
    }
    given.row = std::move(row);
    given_.push_back(std::move(given));
  }
}

// What `discloser` gave of the Patient and none of its contributions contains.
Value Split::given_before(const std::string& discloser) {
  const std::string one[] = {"Organization/" + discloser};
  Value rest = consent::given_by(arena_, current_.root(), one);
  for (const Member& member : rest.members()) {
    if (is_frame(member.key)) continue;
    const auto is_kept = [&](Value element) {
      return std::any_of(given_.begin(), given_.end(), [&](const Given& given) {
        if (given.row.discloser != discloser) return false;
        const Value own = given.resource[member.key];
        const auto items = own.items();
        return json::equal(own, element) ||
               std::any_of(items.begin(), items.end(), [&](Value item) { return is_alike(item, element); });
      });
    };
    std::vector<Value> left;
    for (const Value element : member.value.items())
      if (!is_kept(element)) left.push_back(element);
    const bool goes = member.value.is_array() ? left.empty() : is_kept(member.value);
    rest = json::with_member(arena_, rest, member.key,
                             goes                      ? Value{}
                             : member.value.is_array() ? arena_.array(left)
                                                       : member.value);
  }
  return rest;
}

// Data that was stored before contributions were kept: its marks say which discloser gave what. If some
// contributions of a discloser are kept, the rest names nobody by itself.
void Split::read_marks(const std::string& disclosers) {
  std::vector<Given> of_old;
  // in the order of their first data
  for (const std::string_view discloser : handoff::split(disclosers, ' ')) {
    Given given;
    given.row.discloser = discloser;
    given.resource = given_before(given.row.discloser);
    given.names_person = std::none_of(given_.begin(), given_.end(), [&](const Given& one) {
      return one.resource && one.row.discloser == discloser;
    });
    if (!says_anything(given.resource)) continue;
    for (const Value identifier : given.resource["identifier"].items())
      if (identifier["system"].text() != identity::medicaid_system)
        given.evidence.links.push_back(
            {std::string(identifier["system"].text()), std::string(identifier["value"].text())});
    for (const identity::PersonClaim& claim : claims_of(given.resource)) {
      for (const auto part :
           {&identity::PersonClaim::medicaid, &identity::PersonClaim::birth_date,
            &identity::PersonClaim::family, &identity::PersonClaim::given, &identity::PersonClaim::sex})
        if ((given.evidence.*part).empty()) given.evidence.*part = claim.*part;
    }
    given.evidence = identity::evidence_of(std::move(given.evidence), tables_.placeholders);
    of_old.push_back(std::move(given));
  }
  given_.insert(given_.begin(), of_old.begin(), of_old.end());
}

void Split::read_resources() {
  for (const fhir::Type* type : fhir::Definitions::r4().resources())
    for (store::Version& version : snapshot_.resources().of_patient(patient_, type->name))
      if (version.type != "Patient") held_[version.type + "/" + version.id].version = std::move(version);
  for (const Given& given : given_)
    for (const std::string& reference : given.row.references) {
      const auto parts = fhir::split_reference(reference);
      if (!parts || held_.contains(reference)) continue;
      auto version = snapshot_.resources().read(parts->type, parts->id);
      if (version && !version->deleted) held_[reference].version = std::move(*version);
    }
}

int Split::person_by_disclosers(const store::Version& version) const {
  std::set<int> people;
  for (const std::string_view discloser : split(version.disclosers, ' '))
    for (const Given& given : given_)
      if (given.person >= 0 && given.row.discloser == discloser) people.insert(given.person);
  return people.size() == 1 ? *people.begin() : -1;
}

// Only references between resources of the same discloser count. Otherwise a discloser could learn of the
// split of a resource that it may not see.
int Split::person_by_references(Value resource, const store::Version& version) const {
  std::set<std::string> references;
  collect_references(resource, references);
  std::set<int> people;
  for (const std::string& reference : references) {
    const auto found = held_.find(reference);
    if (found == held_.end() || found->second.person < 0) continue;
    if (shares_discloser(found->second.version, version)) people.insert(found->second.person);
  }
  return people.size() == 1 ? *people.begin() : -1;
}

void Split::assign_by_references() {
  for (bool again = true; again;) {
    again = false;
    for (auto& [reference, held] : held_) {
      if (held.person >= 0) continue;
      const auto parsed = json::parse(held.version.body);
      held.person = parsed ? person_by_references(parsed->root(), held.version) : -1;
      again |= held.person >= 0;
    }
  }
}

// Assigns a resource by the record that made it, else by its references, else by its disclosers.
void Split::assign_resources() {
  for (const Given& given : given_)
    for (const std::string& reference : given.row.references)
      if (const auto found = held_.find(reference); found != held_.end()) found->second.person = given.person;
  assign_by_references();
  for (auto& [reference, held] : held_)
    if (held.person < 0) held.person = person_by_disclosers(held.version);
  assign_by_references();
  for (const auto& [reference, held] : held_)
    if (held.person < 0) unassigned_.push_back(reference);
}

fhir::ResourceId Split::new_id(int person) const {
  std::string system = "Patient", value = patient_.text();
  for (const Given& given : given_)
    if (given.person == person && !given.evidence.links.empty()) {
      system = given.evidence.links.front().system, value = given.evidence.links.front().value;
      break;
    }
  fhir::ResourceId id(id_key_.id("Patient", system, value));
  for (int number = 2;
       snapshot_.resources().read("Patient", id) || std::find(ids_.begin(), ids_.end(), id) != ids_.end();
       ++number)
    id = fhir::ResourceId(id_key_.id("Patient", id, std::to_string(number)));
  return id;
}

Result<void> Split::plan() {
  const auto version = snapshot_.resources().read("Patient", patient_);
  if (!version || version->deleted) return problem(Kind::not_found, "there is no such Patient", "patient");
  auto current = json::parse(version->body);
  if (!current) return problem(Kind::fault, "the Patient cannot be read");
  current_ = std::move(*current);
  version_ = version->version;
  read_contributions();
  read_marks(version->disclosers);
  std::vector<Part> parts;
  for (const Given& given : given_)
    parts.push_back({given.evidence, given.names_person && given.resource && says_who(given.evidence)});
  const std::vector<int> of = separate(parts, tables_.nicknames);
  for (std::size_t i = 0; i < given_.size(); ++i)
    given_[i].person = of[i] < 0 && given_[i].resource ? 0 : of[i];
  const int count = of.empty() ? 0 : *std::max_element(of.begin(), of.end()) + 1;
  if (count < 2)
    return problem(Kind::unprocessable,
                   "nothing to split: everything known of this Patient came under numbers that belong "
                   "together",
                   "patient");
  ids_ = {patient_};
  for (int person = 1; person < count; ++person) ids_.push_back(new_id(person));
  read_resources();
  assign_resources();
  return {};
}

// What an operator wrote has no discloser's mark. It stays where it was.
Value Split::unattributed(Arena& arena) const {
  const Member type[] = {{"resourceType", Arena::borrow("Patient")}};
  Value left = arena.object(type);
  for (const Member& member : current_.root().members()) {
    if (is_frame(member.key) || member.key == "text" || member.key.starts_with('_')) continue;
    if (member.value.is_array()) {
      std::vector<Value> items;
      for (const Value item : member.value.items())
        if (!consent::is_marked(item)) items.push_back(item);
      if (!items.empty()) left = json::with_member(arena, left, member.key, arena.array(items));
      continue;
    }
    const Value marked =
        member.value.is_object() ? member.value : current_.root()["_" + std::string(member.key)];
    if (!consent::is_marked(marked)) left = json::with_member(arena, left, member.key, member.value);
  }
  return left;
}

admission::Submission Split::submission(const std::string& actor) const {
  admission::Submission submission;
  submission.actor = actor;
  submission.narrates = true;
  const Member bare[] = {{"resourceType", Arena::borrow("Patient")},
                         {"meta", unmarked_meta(arena_, current_.root()["meta"])}};
  for (std::size_t person = 0; person < ids_.size(); ++person) {
    admission::Entry entry;
    entry.type = "Patient";
    entry.id = ids_[person].text();
    entry.resource = arena_.object(bare);
    entry.moves = true;
    if (person == 0) entry.if_match = version_;
    for (const Given& given : given_)
      if (given.person == int(person) && given.resource)
        entry.given.push_back({given.resource, given.row.discloser, given.row.confirmed});
    if (const Value left = unattributed(arena_); person == 0 && says_anything(left))
      entry.given.push_back({left, {}, true});
    submission.entries.push_back(std::move(entry));
  }
  for (const auto& [reference, held] : held_) {
    if (held.person < 1) continue;
    const auto parsed = json::parse(held.version.body);
    if (!parsed) continue;
    admission::Entry entry;
    entry.type = held.version.type;
    entry.id = held.version.id;
    entry.if_match = held.version.version;
    entry.moves = true;
    entry.resource = json::copy(arena_, with_references(arena_, parsed->root(), {"Patient", patient_},
                                                        {"Patient", ids_[std::size_t(held.person)]}));
    submission.entries.push_back(std::move(entry));
  }
  submission.identities = identities();
  submission.people.forgotten = {patient_};
  for (const Given& given : given_)
    if (given.person > 0 && given.row.id > 0)
      submission.people.moves.push_back({given.row.id, ids_[std::size_t(given.person)]});
  return submission;
}

std::vector<store::IdentityClaim> Split::identities() const {
  std::vector<store::IdentityClaim> claims;
  for (const Given& given : given_) {
    if (given.person < 0 || !given.resource) continue;
    for (const identity::Identifier& key : identity::keys_of(given.evidence))
      claims.push_back({key.system, key.value, ids_[std::size_t(given.person)], false});
  }
  return claims;
}

std::vector<fhir::Reference> Split::people() const {
  std::vector<fhir::Reference> references;
  for (const fhir::ResourceId& id : ids_) references.emplace_back("Patient", id);
  return references;
}

std::vector<std::string> Split::moved() const {
  std::vector<std::string> references;
  for (const auto& [reference, held] : held_)
    if (held.person > 0) references.push_back(reference);
  return references;
}

}  // namespace handoff::intake
