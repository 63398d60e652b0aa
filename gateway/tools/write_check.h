// Makes the checks of a gateway's write without a gateway, so that `handoff map` does not count a record as
// mapped that would be refused.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "admission/required_profiles.h"
#include "core/result.h"
#include "json/value.h"
#include "serve/knowledge.h"

namespace handoff::gateway {

class WriteCheck {
 public:
  // Uses the packages, code tables and profiles of a gateway's configuration. Without one, it uses R4 and our
  // own profiles. Problem: incorrect, not_found.
  static Result<WriteCheck> of(const std::optional<std::filesystem::path>& config,
                               const std::filesystem::path& home);

  // The errors of the resource that would block its write. May be called as long as this object lives.
  std::vector<Issue> refusals(json::Value resource) const;

 private:
  WriteCheck(std::shared_ptr<const Knowledge> knowledge, admission::RequiredProfiles profiles)
      : knowledge_(std::move(knowledge)), profiles_(std::move(profiles)) {}

  std::shared_ptr<const Knowledge> knowledge_;
  admission::RequiredProfiles profiles_;
};

}  // namespace handoff::gateway
