// Where `handoff ledger` and `handoff delivery` look: into a store, whoever writes it meanwhile and without changing it, or at a running
// gateway.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "disclosure/audit_query.h"
#include "store_place.h"

namespace handoff::gateway {

struct AuditOptions {
  PlaceOptions place;
  std::optional<std::string> to;  // or a running gateway
  std::optional<std::filesystem::path> token_file, ca_file;
  std::string id;                          // show
  disclosure::AuditParameters parameters;  // list
  std::size_t limit = limits::audit_page_default;
  bool json = false;
};

class AuditAccess {
 public:
  virtual ~AuditAccess() = default;
  // As disclosure/audit_pages.h has them.
  virtual Result<std::string> page(const disclosure::AuditParameters& parameters) = 0;
  virtual Result<std::string> item(const std::string& id) = 0;

  // Problem: incorrect (the options), not_found, precondition (another schema), unavailable.
  static Result<std::unique_ptr<AuditAccess>> open_ledger(const AuditOptions& options);
  static Result<std::unique_ptr<AuditAccess>> open_deliveries(const AuditOptions& options);
};

// {"entries": [...], "next"}: as many pages as it takes to the limit; `member` is the list's name.
Result<std::string> gather(AuditAccess& access, const AuditOptions& options, std::string_view member);

// Tells what was wrong, each parameter as the command line names it. The exit code: 2 the call was wrong, 1 anything else.
int refuse(std::string_view command, const Problem& refused);

}  // namespace handoff::gateway
