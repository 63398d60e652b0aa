#include "intake/feed.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "core/limits.h"
#include "core/text.h"

namespace handoff::intake {
namespace {

// Reads the feeds of order.txt, one in each line. Blank lines and comments (#) are skipped. Without the file
// the list is empty.
Result<std::vector<std::string>> order_of_day(const std::filesystem::path& mappings) {
  std::vector<std::string> feeds;
  std::ifstream in(mappings / "order.txt");
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    const std::string_view feed = trim(line);
    const auto refused = [&](std::string why) {
      return problem(Kind::incorrect, fmt::format("order.txt:{}: {}", number, why), "--mappings");
    };
    if (!is_utf8(line)) return refused("is not UTF-8; save it as plain text");
    if (feed.empty() || feed.starts_with('#')) continue;
    if (std::find(feeds.begin(), feeds.end(), feed) != feeds.end())
      return refused(fmt::format("names {} again", feed));
    feeds.emplace_back(feed);
  }
  return feeds;
}

// Adds the mapping's folder to each place in a mapping.
void add_named(Problem& wrong, const Problem& found, const std::string& folder) {
  for (Issue issue : found.issues) {
    issue.diagnostics = folder + "/" + issue.diagnostics;
    wrong.issues.push_back(std::move(issue));
  }
}

}  // namespace

Result<std::vector<Feed>> find_feeds(const std::filesystem::path& records,
                                     const std::filesystem::path& mappings) {
  std::error_code failed;
  std::vector<Feed> feeds;
  const auto order = order_of_day(mappings);
  if (!order) return order.error();
  Problem wrong{Kind::incorrect, {}};  // of all mappings
  for (std::filesystem::recursive_directory_iterator at(records, failed), end; !failed && at != end;
       at.increment(failed)) {
    if (at->is_directory() && at->path().filename() == "truth") at.disable_recursion_pending();
    if (!at->is_regular_file() || !mapping::format_of_feed(at->path())) continue;
    Feed feed;
    feed.file = at->path();
    feed.name = std::filesystem::relative(at->path(), records).generic_string();
    const std::string name = std::filesystem::path(feed.name).replace_extension().generic_string();
    feed.order = int(std::find(order->begin(), order->end(), name) - order->begin());
    if (std::filesystem::exists(mappings / name / "map.json")) {
      auto loaded = mapping::Mapping::load(mappings / name, name);
      if (loaded) feed.mapping = std::move(*loaded);
      else add_named(wrong, loaded.error(), name);
    }
    feeds.push_back(std::move(feed));
  }
  if (failed)
    return problem(Kind::not_found,
                   "cannot read the folder of records " + records.string() + ": " + failed.message(),
                   "--records");
  if (!wrong.issues.empty()) return wrong;
  std::sort(feeds.begin(), feeds.end(), [](const Feed& a, const Feed& b) {
    return std::tie(a.order, a.name) < std::tie(b.order, b.name);
  });
  return feeds;
}

Result<std::string> bytes_of(const Feed& feed) {
  std::error_code failed;
  const auto bytes = std::filesystem::file_size(feed.file, failed);
  if (!failed && bytes > limits::feed_bytes_max)
    return problem(Kind::incorrect,
                   fmt::format("{} is longer than {} bytes", feed.name, limits::feed_bytes_max), {},
                   "too-long");
  std::ifstream in(feed.file, std::ios::binary);
  if (failed || !in) return problem(Kind::not_found, "cannot read " + feed.name);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

}  // namespace handoff::intake
