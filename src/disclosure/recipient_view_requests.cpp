// How a recipient's view answers the producers of answers (view.h).
#include "consent/projection.h"
#include "consent/redaction.h"
#include "disclosure/ledger_entry.h"
#include "disclosure/recipient_view.h"
#include "disclosure/stored_version.h"
#include "fhir/reference.h"
#include "store/resources.h"

namespace handoff::disclosure {

bool RecipientView::sees(std::string_view type, std::string_view id) const {
  if (type == "Consent") above();  // read now, so that a hidden Consent and a missing one take the same time
  const auto row = snapshot_.resources().find(type, id);
  return row && !row->deleted && visible(row->patient, row->shape, row->pk);
}

// A recipient that sees states only (consent/projection.h) may search, sort and include only by certain
// parameters.
Result<void> RecipientView::check(const search::Query& query) const {
  if (!audience_.projected) return {};
  std::string refused;  // the first that is not served
  const auto check = [&](std::string_view type, std::string_view code, std::string_view name) {
    if (refused.empty() && !consent::is_searchable(type, code)) refused = name;
  };
  search::for_each_parameter({query.where}, query.type, [&](std::string_view type, std::string_view name) {
    check(type, name.substr(0, name.find(':')), name);
  });
  if (query.sort.asked)
    check(query.type, query.sort.by ? std::string_view(query.sort.by->code) : "_lastUpdated", "_sort");
  for (const search::Include& include : query.includes)
    check(include.source, include.code, include.reverse ? "_revinclude" : "_include");
  if (refused.empty()) return {};
  return problem(Kind::incorrect, "may not be used by this client's role", "http." + refused,
                 "not-supported");
}

// Nothing is fetched for a hidden resource, because the time would reveal that it exists.
std::optional<store::Version> RecipientView::find(const ReadRequest& request) const {
  if (!sees(request.type, request.id)) return std::nullopt;
  // A version that begins with "v" names a part (view_version.h). Any other begins with the stored version's
  // number.
  const bool names_part = request.version && !request.written && request.version->starts_with('v');
  if (!names_part) return stored_version(snapshot_.resources(), request);
  const bool has_parts = audience_.projected || request.type == "Patient" || request.type == "Consent";
  if (!has_parts) return std::nullopt;
  for (const store::Version& listed : snapshot_.resources().history(request.type, request.id)) {
    if (request.deadline.passed()) throw TimeOver();
    auto version = snapshot_.resources().at(listed.pk);
    const auto released = version ? release(*version) : std::nullopt;
    const bool is_it = released && released->version == *request.version;
    forget();
    if (is_it) return version;
  }
  return std::nullopt;
}

std::vector<store::Version> RecipientView::history(std::string_view type, std::string_view id) const {
  if (!sees(type, id)) return {};
  return snapshot_.resources().history(type, id);
}

// A reference to a hidden resource finds nothing, like a reference to a missing one.
Result<store::SearchResult> RecipientView::find_all(const search::Query& query, std::string_view after,
                                                    const Deadline& deadline) const {
  const search::Query seen = search::without_references(query, [this](const std::string& reference) {
    const auto parts = fhir::split_reference(reference);
    return parts && consent::may_be_hidden(reference) && !sees(parts->type, parts->id);
  });
  return snapshot_.searches().search(seen, after, this, deadline);
}

void RecipientView::forget() const {
  documents_.clear();
  arena_ = json::Arena();
}

std::optional<store::Version> RecipientView::at(store::Pk pk) const { return snapshot_.resources().at(pk); }

std::vector<std::string> RecipientView::ledger_entries(std::string_view channel,
                                                       const std::vector<Leaving>& leaving) const {
  return disclosure_entries({client_, audience_.recipient, audience_.purpose, std::string(channel), {}},
                            leaving);
}

}  // namespace handoff::disclosure
