#include "disclosure/view.h"

#include "json/document.h"

namespace handoff::disclosure {

bool View::shows(const store::Version& version, const Predicate& fits) const {
  const auto released = release(version);
  if (!released || released->deleted) return false;
  if (released->resource) return fits(released->resource);
  const auto parsed = json::parse(released->stored);
  return parsed && fits(parsed->root());
}

std::optional<std::uint32_t> View::number_of(const ReadRequest& request) const {
  const auto current = find({request.type, request.id});
  const auto released = current ? release(*current) : std::nullopt;
  if (!released || (released->version != request.version && released->tag != request.version))
    return std::nullopt;
  return current->version;
}

}  // namespace handoff::disclosure
