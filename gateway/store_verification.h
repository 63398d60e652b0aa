// A whole store verified: every resource derived anew from its bytes and compared with what is kept beside it
// (store/verification.h), every consent folded anew, the ledger's chain followed.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "store/verification.h"

namespace handoff::gateway {

struct StoreReport {
  std::size_t resources = 0;  // current versions, deleted ones too
  std::size_t index_rows = 0;
  std::size_t patients_with_consents = 0;
  std::size_t boundary_passed = 0;  // of these: with folded consents whose time is over; they are folded anew when used
  std::size_t outbox = 0;
  std::optional<store::LedgerHead> ledger;  // none: no key was given
  std::vector<store::Finding> findings;     // empty: all is well
};

// Problem: as of store::Engine::verify().
Result<StoreReport> verify_store(const std::filesystem::path& store_file, const std::optional<std::string>& ledger_key);

std::string to_json(const StoreReport& report);
std::string to_text(const StoreReport& report);

}  // namespace handoff::gateway
