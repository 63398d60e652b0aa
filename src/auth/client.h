// Registered clients. Each has an organization, a role, purposes, scopes and keys.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/jose.h"
#include "core/result.h"

namespace handoff::auth {

struct Client {
  std::string client_id;
  std::string name;
  std::string organization;  // "Organization/ORG-PCP1", empty for operator and auditor
  std::string role;
  std::vector<std::string> purposes;
  std::vector<std::string> scopes;  // as registered: "system/*.cruds"
  std::vector<Key> keys;            // empty: they are at jwks_uri
  std::string jwks_uri;             // "https://…"; empty: keys are registered
};

// {"clients": [{client_id, name, organization, role, purposes, scopes, jwks: {keys: […]} or jwks_uri,
// "disabled"?}]}. Problem: incorrect, with client and member.
Result<std::vector<Client>> read_clients(std::string_view json);

bool is_role(std::string_view role);
std::string all_roles();  // "provider, pcp, …", for people

// One SMART v2 scope: "system/Patient.rs". v1's ".read", ".write", ".*" are read as "rs", "cud", "cruds".
struct Scope {
  std::string type;          // "*" for every type
  std::string interactions;  // letters of "cruds"
};
std::optional<Scope> parse_scope(std::string_view text);

// True if any of the scopes allows `interaction` ('c', 'r', 'u', 'd', 's') on `type`.
bool allows(const std::vector<Scope>& scopes, std::string_view type, char interaction);

}  // namespace handoff::auth
