// A Consent resource (R4 "consent"), reduced to what decisions need, with the defects that quarantine it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/civil.h"
#include "fhir/resource_id.h"
#include "json/value.h"

namespace handoff::consent {

enum class ProvisionType { none, permit, deny };

// The limits of the root rule. An empty list does not limit.
struct Provision {
  ProvisionType type = ProvisionType::none;
  std::optional<Instant> period_first;
  std::optional<Instant> period_last;
  std::vector<std::string> actors;    // references, "Organization/ORG-PCP1"
  std::vector<std::string> purposes;  // codes of act-reason and of ours
  int confidentiality_most = -1;      // highest level named; -1: none; ceiling of a permission
  int confidentiality_least = -1;     // lowest level named; floor of a denial
  std::vector<std::string> sensitivities;
  std::vector<std::string> classes;  // resource types
};

struct Directive {
  std::string reference;  // "Consent/abc"
  std::string identifier_system;
  std::string identifier;  // business number, "CN-000123"
  std::string status;
  fhir::Reference patient;
  std::vector<std::string> organizations;  // disclosers that the consent binds
  std::vector<std::string> categories;     // codes
  std::optional<Instant> signed_at;        // none: no dateTime
  std::string signed_on;                   // as written
  std::string expires_on;
  std::uint32_t version = 0;
  Provision root;
  std::vector<std::string> named;    // recipients named at any depth; they may see the consent
  std::vector<std::string> defects;  // codes of our consent-issue system, sorted; any of them quarantines
};

// Reads any object. Missing or malformed parts become defects.
Directive read_directive(json::Value consent);

bool has_category(const Directive& directive, std::string_view code);

}  // namespace handoff::consent
