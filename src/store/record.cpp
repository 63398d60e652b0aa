#include "store/record.h"

#include <algorithm>

#include "core/text.h"
#include "fhir/reference.h"

namespace handoff::store {

json::Value StoredRecord::keep(const std::string& reference, const std::string& body) {
  const auto known = read_.find(reference);
  if (known != read_.end()) return known->second.root();
  auto parsed = json::parse(body);
  return read_.emplace(reference, std::move(parsed.value())).first->second.root();
}

json::Value StoredRecord::read(std::string_view reference) {
  const auto pending = pending_.find(reference);
  if (pending != pending_.end()) return pending->second.resource;
  const auto parts = fhir::split_reference(reference);
  if (!parts) return {};
  const auto version = resources_.read(parts->type, parts->id);
  if (!version || version->deleted) return {};
  return keep(std::string(reference), version->body);
}

std::vector<json::Value> StoredRecord::of_patient(const fhir::Reference& patient, std::string_view type) {
  const std::string prefix = std::string(type) + "/";
  std::vector<json::Value> found;
  for (const auto& [reference, pending] : pending_)
    if (reference.starts_with(prefix) && pending.patient == patient) found.push_back(pending.resource);
  const auto parts = fhir::split_reference(patient);
  if (!parts) return found;
  for (const Version& version : resources_.of_patient(fhir::ResourceId(parts->id), type)) {
    const std::string reference = prefix + version.id;
    if (!pending_.contains(reference)) found.push_back(keep(reference, version.body));
  }
  return found;
}

bool StoredRecord::is_disclosed_by(std::string_view reference, std::string_view organization) {
  const auto parts = fhir::split_reference(reference), who = fhir::split_reference(organization);
  if (!parts || !who) return false;
  const auto version = resources_.read(parts->type, parts->id);
  if (!version || version->deleted) return pending_.contains(reference);
  const auto disclosers = split(version->disclosers, ' ');
  return std::find(disclosers.begin(), disclosers.end(), who->id) != disclosers.end();
}

void StoredRecord::add_pending(std::string reference, fhir::Reference patient, json::Value resource) {
  pending_[std::move(reference)] = {std::move(patient), resource};
}

}  // namespace handoff::store
