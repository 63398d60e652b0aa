#include "rest/http/permission.h"

#include "auth/client.h"
#include "fhir/reference.h"
#include "rest/http/outcome.h"

namespace handoff::rest {

Result<void> check_reader(const auth::Requester& requester, std::string_view type) {
  if (auth::allows(requester.scopes, type, 'r')) return {};
  return problem(Kind::forbidden, "no scope of the token allows to read " + std::string(type));
}

Result<void> check_reader(const auth::Requester& requester, std::string_view type, std::string_view id) {
  if (auto allowed = check_reader(requester, type); !allowed) return allowed;
  if (!fhir::is_id(id))
    return problem(Kind::incorrect, "an id is 1 to 64 characters of A-Z a-z 0-9 - .", std::string(at_path),
                   "value");
  return {};
}

}  // namespace handoff::rest
