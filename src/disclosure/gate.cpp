#include "disclosure/gate.h"

#include "consent/projection.h"
#include "disclosure/custodian_view.h"

namespace handoff::disclosure {
namespace {

Result<Audience> audience_of(const auth::Requester& requester) {
  if (requester.organization.empty())
    return problem(Kind::forbidden, "this client belongs to no organization, so it may not ask for records");
  if (requester.purposes.size() != 1)
    return problem(Kind::forbidden, "the token must be for exactly one purpose of use");
  return Audience{requester.organization, requester.purposes.front(), consent::projects(requester.role)};
}

}  // namespace

Gate::Gate(store::Store& store, const Clock& clock, const routing::CurrentRoutes& routes, std::string base,
           IdKey id_key, std::shared_ptr<const consent::CurrentNames> names)
    : store_(store),
      clock_(clock),
      routes_(routes),
      base_(std::move(base)),
      id_key_(std::move(id_key)),
      names_(std::move(names)) {}

Scope& Gate::scope(const Audience& audience) const {
  const std::lock_guard hold(mutex_);
  std::unique_ptr<Scope>& found = scopes_[audience];
  if (!found) found = std::make_unique<Scope>(audience);
  return *found;
}

Result<std::unique_ptr<View>> Gate::view_of(const auth::Requester& requester,
                                            const store::Snapshot& snapshot) const {
  if (requester.is_operator()) return std::unique_ptr<View>(new CustodianView(snapshot, requester.client_id));
  const auto audience = audience_of(requester);
  if (!audience) return audience.error();
  return std::unique_ptr<View>(
      new RecipientView(snapshot, scope(*audience), *audience, now(), names_now(), requester.client_id));
}

RecipientView Gate::view_for(const Audience& audience, const store::Snapshot& snapshot) const {
  return RecipientView(snapshot, scope(audience), audience, now(), names_now());
}

void Gate::record(std::vector<std::string> entries, store::Store::Recorded done) const {
  store_.record(std::move(entries), std::move(done));
}

bool Gate::has_disclosed(const fhir::Reference& patient, std::string_view recipient) const {
  return store_.has_disclosed(patient, recipient);
}

}  // namespace handoff::disclosure
