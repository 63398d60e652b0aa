// Verifies a whole store. It derives every resource again from its bytes and compares the result with what is
// kept beside it (store/verification.h). It also folds every consent again and follows the ledger's chain.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "store/verification.h"

namespace handoff::gateway {

struct StoreReport {
  std::size_t resources = 0;  // current versions, deleted ones included
  std::size_t index_rows = 0;
  bool index_is_current = true;  // false: an earlier version made it, and its rows are not compared
  std::size_t patients_with_consents = 0;
  // Of these, the ones with folded consents whose time is over. They are folded again when used.
  std::size_t boundary_passed = 0;
  std::size_t outbox = 0;
  std::optional<store::LedgerHead> ledger;  // none: no key was given
  std::vector<store::Finding> findings;     // empty: all is well
};

// Problem: as of store::Engine::verify().
Result<StoreReport> verify_store(const std::filesystem::path& store_file,
                                 const std::optional<std::string>& ledger_key);

std::string to_json(const StoreReport& report);
std::string to_text(const StoreReport& report);

}  // namespace handoff::gateway
