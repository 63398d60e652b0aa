// The secret of an installation from which ids derive. With it, equal things get equal ids. Without it,
// nobody can compute an id.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace handoff {

// A value; any thread. The secret goes into no log, no answer and no store.
class IdKey {
 public:
  explicit IdKey(std::string secret) : secret_(std::move(secret)) {}
  // A key that everybody knows, for data that is loaded nowhere: tests beside mappings, a run without an
  // installation.
  static IdKey of_no_installation() { return IdKey("handoff: ids of no installation"); }

  // Id of a resource from its business key: 32 hexadecimal digits.
  std::string id(std::string_view type, std::string_view system, std::string_view value) const;
  // "urn:uuid:…" (RFC 9562, version 8) for what these parts name together.
  std::string uuid(std::initializer_list<std::string_view> parts) const;
  // What a store remembers of its key. It tells whether two keys differ, and reveals nothing of either.
  std::string check_value() const;

 private:
  std::string derive(std::string_view use, std::initializer_list<std::string_view> parts) const;

  std::string secret_;
};

// The id that programs gave before keys existed: a plain digest. Stores of that time keep these ids.
std::string keyless_id(std::string_view type, std::string_view system, std::string_view value);

}  // namespace handoff
