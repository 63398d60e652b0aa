#include "disclosure/custodian_view.h"

#include "disclosure/ledger_entry.h"
#include "disclosure/stored_version.h"
#include "store/resources.h"

namespace handoff::disclosure {

bool CustodianView::sees(std::string_view type, std::string_view id) const {
  const auto row = snapshot_.resources().find(type, id);
  return row && !row->deleted;
}

std::optional<store::Version> CustodianView::find(const ReadRequest& request) const {
  return stored_version(snapshot_.resources(), request);
}

std::vector<store::Version> CustodianView::history(std::string_view type, std::string_view id) const {
  return snapshot_.resources().history(type, id);
}

std::optional<Released> CustodianView::release(const store::Version& version) const {
  Released released;
  released.stored = version.body;
  released.deleted = version.deleted;
  released.version = released.tag = std::to_string(version.version);
  released.updated = version.updated;
  return released;
}

Result<store::SearchResult> CustodianView::find_all(const search::Query& query, std::string_view after,
                                                    const Deadline& deadline) const {
  return snapshot_.searches().search(query, after, nullptr, deadline);
}

std::optional<store::Version> CustodianView::at(store::Pk pk) const { return snapshot_.resources().at(pk); }

std::vector<std::string> CustodianView::ledger_entries(std::string_view channel,
                                                       const std::vector<Leaving>& leaving) const {
  std::vector<std::string> references;
  for (const Leaving& one : leaving) references.push_back(one.reference);
  return {custodian_entry(client_, channel, references)};
}

}  // namespace handoff::disclosure
