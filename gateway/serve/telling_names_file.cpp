#include "serve/telling_names_file.h"

#include "serve/files.h"

namespace handoff::gateway {

Result<std::shared_ptr<const consent::TellingNames>> load_telling_names(const std::filesystem::path& file) {
  const auto text = read_file(file);
  if (!text) return problem(Kind::not_found, "cannot read it", file.string());
  auto names = consent::TellingNames::read(*text, file.string());
  if (!names) return names.error();
  return std::make_shared<const consent::TellingNames>(std::move(*names));
}

}  // namespace handoff::gateway
