#include "disclosure/gate.h"

#include <fmt/format.h>

#include <charconv>

#include "consent/projection.h"
#include "disclosure/ledger_entry.h"
#include "disclosure/texts.h"
#include "disclosure/view.h"
#include "store/resources.h"

namespace handoff::disclosure {
namespace {

Problem absent() { return problem(Kind::not_found, "there is no such resource"); }

// versionId of what is stored counts from 1.
std::optional<std::uint32_t> version_number(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || text.starts_with('0')) return std::nullopt;
  return number;
}

}  // namespace

Result<Audience> audience_of(const auth::Requester& requester) {
  if (requester.organization.empty()) return problem(Kind::forbidden, "this client acts for no organization: it has no records to ask for");
  if (requester.purposes.size() != 1) return problem(Kind::forbidden, "ask with a token for exactly one purpose of use");
  return Audience{requester.organization, requester.purposes.front(), consent::projects(requester.role)};
}

Gate::Gate(store::Store& store, const Clock& clock, const routing::CurrentRoutes& routes, std::string base, IdKey id_key,
           std::shared_ptr<const consent::CurrentNames> names)
    : store_(store), clock_(clock), routes_(routes), base_(std::move(base)), id_key_(std::move(id_key)), names_(std::move(names)) {}

Scope& Gate::scope(const Audience& audience) const {
  const std::lock_guard hold(mutex_);
  std::unique_ptr<Scope>& found = scopes_[audience];
  if (!found) found = std::make_unique<Scope>(audience);
  return *found;
}

std::optional<store::Version> Gate::stored(const store::Snapshot& snapshot, const ReadRequest& request) {
  if (request.written) return snapshot.resources().vread(request.type, request.id, *request.written);
  if (!request.version) return snapshot.resources().read(request.type, request.id);
  const auto number = version_number(std::string_view(*request.version).substr(0, request.version->find('.')));  // of a tag, too
  return number ? snapshot.resources().vread(request.type, request.id, *number) : std::nullopt;
}

// A number, or a tag that begins with one, names a version that is shown whole, anything else one that is shown in part.
std::optional<store::Version> Gate::shown_as(const View& view, const store::Snapshot& snapshot, const ReadRequest& request) {
  if (!request.version || request.written || !request.version->starts_with('v')) return stored(snapshot, request);
  for (store::Version& version : snapshot.resources().history(request.type, request.id)) {
    const auto released = view.release(version);
    if (released && released->version == *request.version) return std::move(version);
  }
  return std::nullopt;
}

Result<Disclosed> Gate::read(const auth::Requester& requester, const ReadRequest& request) const {
  const store::Snapshot snapshot = store_.snapshot();
  Disclosed disclosed;
  if (requester.is_operator()) {
    const auto version = stored(snapshot, request);
    if (!version) return absent();
    if (version->deleted) return problem(Kind::gone, "the resource was deleted");
    disclosed.entries_ = {custodian_entry(requester, "read", {reference_of(*version)})};
    disclosed.bytes_ = version->body;
    disclosed.version_ = disclosed.tag_ = std::to_string(version->version);
    disclosed.updated_ = version->updated;
    return disclosed;
  }
  const auto audience = audience_of(requester);
  if (!audience) return audience.error();
  const View view(snapshot, scope(*audience), *audience, clock_.now(), names_now());
  // Nothing is fetched of what is not seen: how long a no takes would tell that there is something.
  if (!view.sees(request.type, request.id)) return absent();
  const auto version = shown_as(view, snapshot, request);
  if (!version) return absent();
  const auto released = view.release(*version);
  if (!released || (request.version && released->version != *request.version && released->tag != *request.version)) return absent();
  disclosed.entries_ = disclosure_entries({requester.client_id, audience->recipient, audience->purpose, "read", {}},
                                          {{reference_of(*version), &*released}});
  disclosed.bytes_ = json::write(released->resource);
  disclosed.version_ = released->version;
  disclosed.tag_ = released->tag;
  disclosed.updated_ = released->updated;
  return disclosed;
}

Result<std::optional<std::uint32_t>> Gate::number_of(const auth::Requester& requester, const store::Snapshot& snapshot,
                                                     const ReadRequest& shown) const {
  if (requester.is_operator()) return std::optional<std::uint32_t>{};
  const auto audience = audience_of(requester);
  if (!audience) return audience.error();
  const View view(snapshot, scope(*audience), *audience, clock_.now(), names_now());
  if (!view.sees(shown.type, shown.id)) return std::optional<std::uint32_t>{};
  const auto current = snapshot.resources().read(shown.type, shown.id);
  const auto released = current ? view.release(*current) : std::nullopt;
  if (!released || (released->version != shown.version && released->tag != shown.version)) return std::optional<std::uint32_t>{};
  return std::optional(current->version);
}

Result<Gate::Sees> Gate::sees(const auth::Requester& requester, const store::Snapshot& snapshot) const {
  if (requester.is_operator())
    return [&snapshot](std::string_view type, std::string_view id, const Predicate& fits) {
      const auto version = snapshot.resources().read(type, id);
      if (!version || version->deleted || !fits) return version && !version->deleted;
      const auto parsed = json::parse(version->body);
      return parsed && fits(parsed->root());
    };
  const auto audience = audience_of(requester);
  if (!audience) return audience.error();
  const auto view = std::make_shared<View>(snapshot, scope(*audience), *audience, clock_.now(), names_now());
  return [view, &snapshot](std::string_view type, std::string_view id, const Predicate& fits) {
    if (!view->sees(type, id)) return false;
    if (!fits) return true;
    const auto version = snapshot.resources().read(type, id);
    const auto released = version ? view->release(*version) : std::nullopt;
    return released && fits(released->resource);
  };
}

}  // namespace handoff::disclosure
