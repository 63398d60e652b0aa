// The conformance resources inside the program. Each is compressed alone and unpacked on demand, so a start
// spends nothing on them. They are CodeSystem, ValueSet and ConceptMap of R4 as published, without prose, and
// all of our own (fhir-profiles/compiled). Immutable, for all threads.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace handoff::fhir {

class Archive {
 public:
  // What the build put into the program. Throws only if the program itself is damaged.
  static const Archive& built_in();

  struct Entry {
    std::string_view type;       // "ValueSet"
    std::string_view canonical;  // url, without version
    std::string_view version;
    std::string_view profiled;  // for a profile that resources may claim: their type; else empty
    std::uint32_t offset = 0, packed_bytes = 0, bytes = 0;
  };
  std::span<const Entry> entries() const { return entries_; }  // sorted by type and canonical
  const Entry* find(std::string_view type, std::string_view canonical) const;
  // Canonicals of our profiles of a type.
  std::vector<std::string_view> profiles_of(std::string_view type) const;
  std::string text(const Entry& entry) const;  // the resource as JSON

 private:
  explicit Archive(std::string_view bytes);
  std::vector<Entry>::const_iterator first_from(std::string_view type, std::string_view canonical) const;
  std::string_view bodies_;
  std::vector<Entry> entries_;
};

}  // namespace handoff::fhir
