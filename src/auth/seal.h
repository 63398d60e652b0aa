// Texts that go out and come back unread and unchanged, such as cursors: authenticated encryption (AES-256-GCM) under a key
// of this process alone.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace handoff::auth {

// Immutable; any thread. A new one has a new key: what another sealed does not open.
class Sealer {
 public:
  Sealer();
  ~Sealer();
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;

  // `context` is whom and what the text belongs to: it is not kept, and must be the same when the text is opened.
  std::string seal(std::string_view text, std::string_view context) const;  // letters, digits, - and _
  // Nothing, if it was changed, sealed by another, or for another context.
  std::optional<std::string> open(std::string_view sealed, std::string_view context) const;

 private:
  std::string key_;
};

}  // namespace handoff::auth
