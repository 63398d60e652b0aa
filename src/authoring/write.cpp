#include "authoring/write.h"

#include <fmt/format.h>

#include <deque>

#include "authoring/attribution.h"
#include "authoring/references.h"
#include "core/number.h"
#include "fhir/reference.h"
#include "json/document.h"
#include "store/resources.h"

namespace handoff::authoring {
namespace {

using admission::Method;

Problem at(Problem why, const std::string& place) {
  for (Issue& issue : why.issues) issue.expression = place;
  return why;
}

// "Condition.code" of the resource at "Bundle.entry[3].resource" is "Bundle.entry[3].resource.code".
std::string below(const std::string& place, const std::string& expression) {
  if (place.empty()) return expression;
  const auto dot = expression.find('.');
  return place + (dot == expression.npos ? std::string() : expression.substr(dot));
}

Problem within(Problem why, const Entry& entry) {
  for (Issue& issue : why.issues) issue.expression = below(entry.places.resource, issue.expression);
  return why;
}

// The writes of one request, with one state of the store.
class Planning {
 public:
  Planning(Author author, const admission::Admission& admission, std::vector<Entry> entries)
      : author_(std::move(author)),
        admission_(admission),
        entries_(std::move(entries)),
        resolved_(entries_.size()) {}

  Result<Plan> plan(bool resolves) {
    if (entries_.empty()) return Plan{};
    if (auto allowed = check_organization(author_); !allowed)
      return at(allowed.error(), entries_.front().places.request);
    if (auto found = find_existing(); !found) return found.error();
    if (auto derived = derive(); !derived) return derived.error();
    if (resolves)
      if (auto done = resolve_references(arena_, entries_, resolved_, author_); !done) return done.error();
    if (auto checked = check_authors(); !checked) return checked.error();
    if (auto gathered = gather(); !gathered) return gathered.error();
    return prepare();
  }

 private:
  // If-None-Exist: if a resource is found, the entry refers to it, and nothing is written.
  Result<void> find_existing() {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (!entries_[i].if_none_exist || !author_.view) continue;
      auto searched = find(**author_.view, *entries_[i].if_none_exist, author_.deadline);
      if (!searched) return at(searched.error(), entries_[i].places.if_none_exist);
      std::vector<store::Version>& found = *searched;
      if (found.size() > 1)
        return problem(Kind::precondition, "more than one resource has this identifier",
                       entries_[i].places.if_none_exist, "multiple-matches");
      if (!found.empty()) resolved_[i].found = std::move(found.front());
    }
    return {};
  }

  Result<void> derive() {
    for (Entry& entry : entries_) {
      if (!entry.derive) continue;
      const auto standing = standing_of(author_, entry.type, entry.id);
      if (!standing) return at(standing.error(), entry.places.url);
      const json::Value current = *standing == Standing::own ? shown(entry) : json::Value();
      if (!current) return problem(Kind::not_found, "there is no such resource", entry.places.url);
      auto derived = entry.derive(arena_, current);
      if (!derived) return derived.error();
      entry.resource = *derived;
    }
    return {};
  }
  // What the requester sees of the current resource. Absent if there is nothing.
  json::Value shown(const Entry& entry) {
    if (!author_.view) return {};
    auto version = author_.snapshot.resources().read(entry.type, entry.id);
    if (!version || version->deleted) return {};
    const store::Version& kept = currents_.emplace_back(std::move(*version));
    const auto released = (*author_.view)->release(kept);
    if (!released || released->resource) return released ? released->resource : json::Value();
    auto parsed = json::parse(released->stored);
    return parsed ? parsed_.emplace_back(std::move(*parsed)).root() : json::Value();
  }

  // References are resolved at this point, because an entry may name another entry as its author.
  Result<void> check_authors() const {
    const Beside beside = [this](std::string_view reference) {
      for (std::size_t i = 0; i < entries_.size(); ++i)
        if (is_written(i) && entries_[i].type + "/" + entries_[i].id == reference)
          return entries_[i].resource;
      return json::Value{};
    };
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (!is_written(i)) continue;
      const Entry& entry = entries_[i];
      if (author_.deadline.passed()) throw TimeOver();
      if (auto allowed = check_subject(author_.requester, entry.resource); !allowed)
        return within(allowed.error(), entry);
      if (auto allowed = check_attribution(author_, entry.resource, beside); !allowed)
        return within(allowed.error(), entry);
    }
    return {};
  }
  bool is_written(std::size_t i) const { return !resolved_[i].found && entries_[i].resource; }

  // Collects the entries for admission. The others are settled here.
  Result<void> gather() {
    submission_ = submission();
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      const Entry& entry = entries_[i];
      plan_.written.push_back({entry.type, entry.id, 0, false, entry.method == Method::remove, {}});
      if (resolved_[i].found) {
        note_found(*resolved_[i].found, plan_.written.back());
        continue;
      }
      const auto absent = is_absent(entry);
      if (!absent) return absent.error();
      if (*absent) continue;
      const auto if_match = stored_version(entry);
      if (!if_match) return if_match.error();
      std::optional<Identifier> absent_identifier;
      if (entry.if_none_exist) absent_identifier = entry.if_none_exist->identifier;
      submission_.entries.push_back(
          {entry.method, entry.type, entry.id, entry.resource, *if_match, std::move(absent_identifier)});
      places_.push_back(i);
    }
    return {};
  }

  // The requester learns that the resource is there, so the ledger says it.
  void note_found(const store::Version& found, Written& written) {
    const auto released = (*author_.view)->release(found);
    if (!released) return;
    written = {found.type, found.id,          found.version,     false,
               false,      released->updated, released->version, released->tag};
    const std::string reference = fmt::format("{}/{}/_history/{}", found.type, found.id, found.version);
    for (std::string& entry : (*author_.view)->ledger_entries("search", {{reference, &*released}}))
      found_entries_.push_back(std::move(entry));
  }

  // True: it is a removal of a resource that does not exist for the requester. It changes nothing.
  Result<bool> is_absent(const Entry& entry) const {
    if (entry.method == Method::create) return false;
    const auto standing = standing_of(author_, entry.type, entry.id);
    if (!standing) return at(standing.error(), entry.places.url);
    if (*standing == Standing::own) return false;
    if (entry.method == Method::update)
      return problem(Kind::not_found, "there is no such resource; create it with POST, and it is given an id",
                     entry.places.url);
    if (entry.if_match)
      return problem(Kind::precondition, "names a version of a resource that does not exist",
                     entry.places.if_match);
    return true;
  }

  // The current version's number in the store, if If-Match names it. Nothing, if there is no If-Match or it
  // names any version.
  Result<std::optional<std::uint32_t>> stored_version(const Entry& entry) const {
    if (!entry.if_match) return std::optional<std::uint32_t>{};
    const auto current = author_.snapshot.resources().find(entry.type, entry.id);
    const bool is_there = current && !current->deleted;
    if (entry.if_match->any) {
      if (is_there) return std::optional<std::uint32_t>{};
      return problem(Kind::precondition, "If-Match demands a current version, and there is none",
                     entry.places.if_match);
    }
    if (!author_.view) return at(author_.view.error(), entry.places.if_match);
    const std::uint32_t version =
        is_there ? author_.snapshot.resources().read(entry.type, entry.id)->version : 0;
    for (const std::string& named : entry.if_match->versions)
      if (is_there && number_of(entry, named) == version) return std::optional(version);
    return problem(Kind::precondition,
                   fmt::format("If-Match names version {}, which is not the current one",
                               fmt::join(entry.if_match->versions, ", ")),
                   entry.places.if_match);
  }
  // The requester may have been shown a version that is not the store's (disclosure/view_version.h).
  std::optional<std::uint32_t> number_of(const Entry& entry, const std::string& named) const {
    const auto number = parse_number<std::uint32_t>(named);
    if (number && !named.starts_with('0')) return number;
    return (*author_.view)->number_of({entry.type, entry.id, named});
  }

  admission::Submission submission() const {
    constexpr std::string_view organization = "Organization/";
    const auth::Requester& requester = author_.requester;
    admission::Submission made;
    made.actor = "client " + requester.client_id;
    made.client = requester.client_id;
    if (requester.organization.starts_with(organization))
      made.discloser = requester.organization.substr(organization.size());
    if (requester.is_operator()) return made;
    made.sees = [this](std::string_view reference) {
      const auto parts = fhir::split_reference(reference);
      return parts && author_.sees(parts->type, parts->id);
    };
    return made;
  }

  Result<Plan> prepare() {
    auto prepared = admission_.prepare(submission_, author_.snapshot);
    if (!prepared) return placed(prepared.error());
    for (std::size_t i = 0; i < places_.size(); ++i)
      plan_.written[places_[i]] = written(prepared->admitted[i]);
    plan_.prepared = std::move(*prepared);
    for (std::string& entry : found_entries_) plan_.prepared.batch.ledger.push_back(std::move(entry));
    return std::move(plan_);
  }

  Written written(const admission::Admitted& admitted) const {
    using admission::Effect;
    Written one{admitted.type,
                admitted.id,
                admitted.version,
                admitted.effect == Effect::created,
                admitted.effect == Effect::removed,
                {}};
    if (admitted.effect != Effect::unchanged) return one;
    const auto current = author_.snapshot.resources().read(admitted.type, admitted.id);
    one.removed = !current || current->deleted;
    one.updated = current ? current->updated : Instant{};
    return one;
  }

  // Admission numbers the entries that it was given. If there are several, it names
  // "Bundle.entry[i].resource".
  Problem placed(Problem found) const {
    constexpr std::string_view prefix = "Bundle.entry[";
    for (Issue& issue : found.issues) {
      std::size_t given = 0;
      std::string expression = issue.expression;
      if (places_.size() > 1) {
        if (!expression.starts_with(prefix)) continue;
        const auto end = expression.find(']');
        given = parse_number<std::size_t>(expression.substr(prefix.size(), end - prefix.size())).value_or(0);
        expression =
            "Resource" + expression.substr(std::min(expression.find('.', end + 2), expression.size()));
      }
      if (!places_.empty()) issue.expression = below(entries_[places_.at(given)].places.resource, expression);
    }
    return found;
  }

  const Author author_;
  const admission::Admission& admission_;
  std::vector<Entry> entries_;
  std::vector<Resolved> resolved_;
  json::Arena arena_;
  std::deque<store::Version> currents_;  // that entries are derived from
  std::deque<json::Document> parsed_;
  std::vector<std::string> found_entries_;  // of the ledger
  admission::Submission submission_;
  std::vector<std::size_t> places_;  // indexes into entries_ of the submission's entries
  Plan plan_;
};

}  // namespace

Result<Plan> Authoring::plan(const auth::Requester& requester, std::vector<Entry> entries,
                             const Deadline& deadline, bool resolves) const {
  const store::Snapshot snapshot = gate_.snapshot();
  Author author{requester,    snapshot, definitions_, gate_.view_of(requester, snapshot),
                gate_.base(), deadline};
  return Planning(std::move(author), admission_, std::move(entries)).plan(resolves);
}

Result<void> Authoring::check_author(const auth::Requester& requester, json::Value resource,
                                     const Deadline& deadline) const {
  const store::Snapshot snapshot = gate_.snapshot();
  const Author author{requester,    snapshot, definitions_, gate_.view_of(requester, snapshot),
                      gate_.base(), deadline};
  if (auto allowed = check_organization(author); !allowed) return allowed;
  return check_attribution(author, resource);
}

Result<Standing> Authoring::standing(const auth::Requester& requester, std::string_view type,
                                     std::string_view id) const {
  const store::Snapshot snapshot = gate_.snapshot();
  return standing_of(
      {requester, snapshot, definitions_, gate_.view_of(requester, snapshot), gate_.base(), {}}, type, id);
}

}  // namespace handoff::authoring
