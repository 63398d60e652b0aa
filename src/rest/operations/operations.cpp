#include <algorithm>

#include "rest/http/permission.h"
#include "rest/operations/operation.h"

namespace handoff::rest {

extern const Operation expand, lookup, subsumes, translate, validate, validate_code_in_system,
    validate_code_in_value_set;

namespace {

constexpr const Operation* all[] = {
    &validate, &expand,   &validate_code_in_value_set, &validate_code_in_system, &lookup,
    &subsumes, &translate};

}  // namespace

std::span<const Operation* const> operations() { return all; }

Result<void> check_scopes(const Operation& operation, const auth::Requester& requester,
                          std::string_view type) {
  if (operation.scopes == "r") return check_reader(requester, type);
  const auto allows = [&](char scope) { return auth::allows(requester.scopes, type, scope); };
  if (std::any_of(operation.scopes.begin(), operation.scopes.end(), allows)) return {};
  return problem(Kind::forbidden, "no scope of the token names " + std::string(type));
}

}  // namespace handoff::rest
