#include "fhir/archive.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <tuple>

#include "fhir/archive_format.h"

extern "C" const char handoff_archive_begin[];
extern "C" const char handoff_archive_end[];

namespace handoff::fhir {
namespace {

std::string_view take(std::string_view& bytes, std::size_t count) {
  if (bytes.size() < count) throw std::runtime_error("damaged archive");
  const std::string_view taken = bytes.substr(0, count);
  bytes.remove_prefix(count);
  return taken;
}

template <class T>
T take(std::string_view& bytes) {
  T value;
  std::memcpy(&value, take(bytes, sizeof value).data(), sizeof value);
  return value;
}

}  // namespace

Archive::Archive(std::string_view bytes) {
  const auto count = take<std::uint32_t>(bytes);
  entries_.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto head = take<ArchiveHead>(bytes);
    Entry entry{.type = take(bytes, head.type_bytes),
                .canonical = take(bytes, head.canonical_bytes),
                .version = take(bytes, head.version_bytes),
                .profiled = take(bytes, head.profiled_bytes),
                .offset = head.offset,
                .packed_bytes = head.packed_bytes,
                .bytes = head.bytes};
    entries_.push_back(entry);
  }
  bodies_ = bytes;
}

const Archive& Archive::built_in() {
  static const Archive archive(
      {handoff_archive_begin, std::size_t(handoff_archive_end - handoff_archive_begin)});
  return archive;
}

std::vector<Archive::Entry>::const_iterator Archive::first_from(std::string_view type,
                                                                std::string_view canonical) const {
  return std::lower_bound(
      entries_.begin(), entries_.end(), std::tie(type, canonical),
      [](const Entry& entry, const auto& key) { return std::tie(entry.type, entry.canonical) < key; });
}

const Archive::Entry* Archive::find(std::string_view type, std::string_view canonical) const {
  const auto found = first_from(type, canonical);
  return found != entries_.end() && found->type == type && found->canonical == canonical ? &*found : nullptr;
}

std::vector<std::string_view> Archive::profiles_of(std::string_view type) const {
  std::vector<std::string_view> canonicals;
  constexpr std::string_view profile = "StructureDefinition";
  for (auto entry = first_from(profile, ""); entry != entries_.end() && entry->type == profile; ++entry)
    if (entry->profiled == type) canonicals.push_back(entry->canonical);
  return canonicals;
}

std::string Archive::text(const Entry& entry) const {
  std::string text(entry.bytes, '\0');
  const std::string_view packed = bodies_.substr(entry.offset, entry.packed_bytes);
  uLongf length = text.size();
  if (::uncompress(reinterpret_cast<Bytef*>(text.data()), &length,
                   reinterpret_cast<const Bytef*>(packed.data()), packed.size()) != Z_OK ||
      length != text.size())
    throw std::runtime_error("damaged archive");
  return text;
}

}  // namespace handoff::fhir
