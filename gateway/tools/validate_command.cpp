#include "tools/validate_command.h"

#include <fmt/format.h>

#include <algorithm>

#include "serve/knowledge.h"
#include "tools/batch.h"
#include "validation/outcome.h"

namespace handoff::gateway {
namespace {

json::Member answer(const validation::Validator& validator, json::Arena& arena, json::Value request) {
  const json::Value resource = request["resource"], asked = request["profiles"];
  if (!resource.is_object())
    return batch_error(arena, {.message = "a request needs \"resource\", an object"});
  if (asked.type() > json::Type::null && !asked.is_array())
    return batch_error(arena, {.message = "\"profiles\" must be a list of canonical URLs"});
  std::vector<std::string> profiles;
  for (const json::Value profile : asked.items()) {
    if (!profile.is_string())
      return batch_error(arena, {.message = "\"profiles\" must be a list of canonical URLs"});
    profiles.emplace_back(profile.text());
  }
  return {"outcome", validation::outcome_of(arena, validator.validate(resource, profiles),
                                            resource["resourceType"].text())};
}

}  // namespace

int run_validate_batch(std::istream& in, std::ostream& out, const ValidateOptions& options) {
  const auto refused = [](const Problem& problem) {
    fmt::print(stderr, "handoff validate: {}\n", problem.summary());
    return 2;
  };
  const auto knowledge = Knowledge::load(options.packages);
  if (!knowledge) return refused(knowledge.error());
  for (const std::filesystem::path& table : options.code_tables)
    if (auto added = (*knowledge)->add_codes(table); !added) return refused(added.error());
  for (const packages::Dependency& missing : (*knowledge)->library().missing())
    fmt::print(stderr,
               "handoff validate: a package needs {} {}, which is missing; its definitions are not known\n",
               missing.name, missing.version);
  return run_batch(in, out, [&](json::Arena& arena, json::Value request) {
    return answer((*knowledge)->validator(), arena, request);
  });
}

}  // namespace handoff::gateway
