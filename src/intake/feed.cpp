#include "intake/feed.h"

#include <algorithm>

namespace handoff::intake {
namespace {

// Order within a day (ARCHITECTURE.md, "a record comes in"): what others refer to comes first. A feed that is not named
// comes last.
constexpr std::string_view order_of_day[] = {
    "organizations",         "mental_health/roster",  "home_nursing/nurses", "medicaid/eligibility", "home_nursing/authorizations",
    "corrections/referrals", "supervision/referrals", "community/referrals", "vendor/enrollments",   "vendor/consents",
    "vendor/assessments",    "vendor/support_plans",  "vendor/safety_plans", "vendor/contacts",      "hospital/adt",
    "vendor/incidents",      "vendor/discharges",
};

int order_of(std::string_view mapping) {
  return int(std::find(std::begin(order_of_day), std::end(order_of_day), mapping) - std::begin(order_of_day));
}

// A place in a mapping, with the mapping's folder.
void add_named(Problem& wrong, const Problem& found, const std::string& folder) {
  for (Issue issue : found.issues) {
    issue.diagnostics = folder + "/" + issue.diagnostics;
    wrong.issues.push_back(std::move(issue));
  }
}

}  // namespace

Result<std::vector<Feed>> find_feeds(const std::filesystem::path& records, const std::filesystem::path& mappings) {
  std::error_code failed;
  std::vector<Feed> feeds;
  Problem wrong{Kind::incorrect, {}};  // of all mappings
  for (std::filesystem::recursive_directory_iterator at(records, failed), end; !failed && at != end; at.increment(failed)) {
    if (at->is_directory() && at->path().filename() == "truth") at.disable_recursion_pending();
    if (!at->is_regular_file() || !mapping::format_of_feed(at->path())) continue;
    Feed feed;
    feed.file = at->path();
    feed.name = std::filesystem::relative(at->path(), records).generic_string();
    const std::string name = std::filesystem::path(feed.name).replace_extension().generic_string();
    feed.order = order_of(name);
    if (std::filesystem::exists(mappings / name / "map.json")) {
      auto loaded = mapping::Mapping::load(mappings / name, name);
      if (loaded) feed.mapping = std::move(*loaded);
      else add_named(wrong, loaded.error(), name);
    }
    feeds.push_back(std::move(feed));
  }
  if (failed)
    return problem(Kind::not_found, "cannot read the folder of records " + records.string() + ": " + failed.message(), "--records");
  if (!wrong.issues.empty()) return wrong;
  std::sort(feeds.begin(), feeds.end(), [](const Feed& a, const Feed& b) { return std::tie(a.order, a.name) < std::tie(b.order, b.name); });
  return feeds;
}

}  // namespace handoff::intake
