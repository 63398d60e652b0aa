#include "admission/labelling.h"

#include "consent/arrival.h"
#include "json/document.h"

namespace handoff::admission {
namespace {

using json::Arena;
using json::Value;

Value with_security(Arena& arena, Value resource, Value security) {
  const Value meta = resource["meta"].is_object() ? resource["meta"] : Arena::empty_object();
  const Value changed = json::with_member(arena, meta, "security", security.size() > 0 ? security : Value{});
  return json::with_member(arena, resource, "meta", changed.size() > 0 ? changed : Value{});
}

std::string text_of(Value arrived) { return arrived.size() > 0 ? json::write(arrived) : std::string(); }

}  // namespace

consent::Labels Labelling::labels_by(const std::vector<std::string>& organizations, Value resource) const {
  if (organizations.empty())
    return consent::labels_of(resource, consent::source_of({}, read_), read_, names_);
  consent::Labels all;
  all.confidentiality = 'U';
  for (const std::string& organization : organizations) {
    consent::Labels own = consent::labels_of(
        resource, consent::source_of(sources_("Organization/" + organization), read_), read_, names_);
    consent::merge(all, std::move(own));
  }
  return all;
}

// If a version does not record which labels arrived, the labels that its content does not explain must have
// arrived.
Value Labelling::arrived_before(const Past& past) const {
  if (!past.arrived) {
    const Value bare = with_security(arena_, past.content, {});
    return consent::not_computed(arena_, past.content["meta"]["security"], labels_by(past.disclosers, bare));
  }
  if (past.arrived->empty()) return Arena::empty_array();
  const auto parsed = json::parse(*past.arrived);
  return parsed ? json::copy(arena_, parsed->root()) : Arena::empty_array();
}

Labelled Labelling::label(Value resource, const std::vector<std::string>& organizations,
                          const Past& past) const {
  const Value shown = past.content["meta"]["security"];
  const Value before = past.content ? arrived_before(past) : Arena::empty_array();
  const Value arrived = consent::arrived_labels(arena_, resource["meta"]["security"], shown, before);
  Value labelled = past.content ? with_security(arena_, resource, arrived) : resource;
  labelled = consent::with_labels(arena_, labelled, labels_by(organizations, labelled));
  if (shown)
    labelled =
        with_security(arena_, labelled, consent::as_shown(arena_, labelled["meta"]["security"], shown));
  return {labelled, text_of(arrived)};
}

std::string Labelling::arrived(const Past& past) const { return text_of(arrived_before(past)); }

}  // namespace handoff::admission
