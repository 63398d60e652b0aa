#include "disclosure/stored_version.h"

#include <charconv>

namespace handoff::disclosure {
namespace {

// The versionId of a stored resource counts from 1.
std::optional<std::uint32_t> version_number(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || text.starts_with('0')) return std::nullopt;
  return number;
}

}  // namespace

std::optional<store::Version> stored_version(const store::Resources& resources, const ReadRequest& request) {
  if (request.written) return resources.vread(request.type, request.id, *request.written);
  if (!request.version) return resources.read(request.type, request.id);
  const auto number =
      version_number(std::string_view(*request.version).substr(0, request.version->find('.')));
  return number ? resources.vread(request.type, request.id, *number) : std::nullopt;
}

}  // namespace handoff::disclosure
