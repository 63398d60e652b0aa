// Seals texts that go out and must come back unread and unchanged, for example cursors. It uses authenticated
// encryption (AES-256-GCM) under a key that only this process has.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace handoff::auth {

// Immutable. Any thread. Each Sealer has a new key and cannot open what another one sealed.
class Sealer {
 public:
  Sealer();
  ~Sealer();
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;

  // `context` says who and what the text belongs to. It is not stored, and must be the same when the text is
  // opened.
  std::string seal(std::string_view text, std::string_view context) const;  // letters, digits, - and _
  // Nothing if the text was changed, sealed by another Sealer, or sealed for another context.
  std::optional<std::string> open(std::string_view sealed, std::string_view context) const;

 private:
  std::string key_;
};

}  // namespace handoff::auth
