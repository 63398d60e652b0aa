// What `handoff ledger` and `handoff delivery` read: a store or a running gateway. Reading a store does not
// change it, and it works while another process writes to it.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "disclosure/audit_query.h"
#include "serve/store_place.h"

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
  // Shapes as in disclosure/audit_pages.h.
  virtual Result<std::string> page(const disclosure::AuditParameters& parameters) = 0;
  virtual Result<std::string> item(const std::string& id) = 0;

  // Problem: incorrect (the options), not_found, precondition (another schema), unavailable.
  static Result<std::unique_ptr<AuditAccess>> open_ledger(const AuditOptions& options);
  static Result<std::unique_ptr<AuditAccess>> open_deliveries(const AuditOptions& options);
};

// Returns {"entries": [...], "next"} from as many pages as the limit needs. `member` is the list's name.
Result<std::string> gather(AuditAccess& access, const AuditOptions& options, std::string_view member);

// Prints each issue on stderr and names its parameter as the command line does. Returns the exit code: 2 if
// the call was wrong, else 1.
int refuse(std::string_view command, const Problem& refused);

}  // namespace handoff::gateway
