#include "disclosure/stored_version.h"

#include "core/number.h"

namespace handoff::disclosure {
namespace {

// The versionId of a stored resource counts from 1.
std::optional<std::uint32_t> version_number(std::string_view text) {
  return text.starts_with('0') ? std::nullopt : parse_number<std::uint32_t>(text);
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
