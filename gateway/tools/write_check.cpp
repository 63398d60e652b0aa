#include "tools/write_check.h"

#include "serve/configuration.h"
#include "serve/equipment.h"

namespace handoff::gateway {

Result<WriteCheck> WriteCheck::of(const std::optional<std::filesystem::path>& config,
                                  const std::filesystem::path& home) {
  if (!config) {
    auto r4_alone = Knowledge::load({});
    if (!r4_alone) return r4_alone.error();
    return WriteCheck(std::move(*r4_alone), {});
  }
  const auto configuration = read_configuration(*config, home);
  if (!configuration) return configuration.error();
  auto knowledge = load_knowledge(*configuration);
  if (!knowledge) return knowledge.error();
  return WriteCheck(std::move(*knowledge), configuration->profiles);
}

std::vector<Issue> WriteCheck::refusals(json::Value resource) const {
  return knowledge_->validator().refusals(resource, profiles_.of({}, resource["resourceType"].text()));
}

}  // namespace handoff::gateway
