// What an operator sees: everything, as it is stored. The operator acts for the custodian of the records
// (consent.md, "policy.operator"), so the ledger notes an access and no disclosure.
#pragma once

#include <string>

#include "auth/token.h"
#include "disclosure/view.h"
#include "store/snapshot.h"

namespace handoff::disclosure {

class CustodianView final : public View {
 public:
  CustodianView(const store::Snapshot& snapshot, std::string client)
      : snapshot_(snapshot), client_(std::move(client)) {}

  bool sees(std::string_view type, std::string_view id) const override;
  Result<void> check(const search::Query&) const override { return {}; }
  std::optional<store::Version> find(const ReadRequest& request) const override;
  std::vector<store::Version> history(std::string_view type, std::string_view id) const override;
  std::optional<Released> release(const store::Version& version) const override;
  Result<store::SearchResult> find_all(const search::Query& query, std::string_view after,
                                       const Deadline& deadline) const override;
  std::optional<store::Version> at(store::Pk pk) const override;
  std::vector<std::string> ledger_entries(std::string_view channel,
                                          const std::vector<Leaving>& leaving) const override;

 private:
  const store::Snapshot& snapshot_;
  const std::string client_;
};

}  // namespace handoff::disclosure
