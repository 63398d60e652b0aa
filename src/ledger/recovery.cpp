#include "ledger/recovery.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "core/log.h"
#include "store/failure.h"

namespace handoff::ledger {
namespace {

constexpr int tries_max = 50;

std::vector<std::filesystem::path> beside(const std::filesystem::path& store_file, const char* what) {
  const std::string prefix = store_file.filename().string() + what;
  std::vector<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::absolute(store_file).parent_path()))
    if (entry.is_regular_file() && entry.path().filename().string().starts_with(prefix))
      files.push_back(entry.path());
  return files;
}

}  // namespace

std::vector<std::filesystem::path> journal_files(const std::filesystem::path& store_file) {
  return beside(store_file, "-ledger-");
}
std::vector<std::filesystem::path> unread_files(const std::filesystem::path& store_file) {
  return beside(store_file, "-unread-ledger-");
}

void put_aside(const std::filesystem::path& journal_file, const std::filesystem::path& store_file) {
  std::filesystem::path aside;
  for (int i = 0; aside.empty() || std::filesystem::exists(aside); ++i)
    aside = fmt::format("{}-unread-ledger-{}", store_file.string(), i);
  log::error(fmt::format("store: a ledger journal can be read only in part; it is kept as {}",
                         aside.filename().string()));
  std::filesystem::rename(journal_file, aside);
}

std::vector<SegmentContent> segments_after(std::uint64_t folded, const std::filesystem::path& store_file,
                                           std::string_view key) {
  std::vector<SegmentContent> left;
  for (const auto& file : journal_files(store_file)) {
    auto content = read_segment(file, key);
    if (content.number > folded) left.push_back(std::move(content));
  }
  std::sort(left.begin(), left.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
  return left;
}

// During the read, the writer may have folded a segment and reused its file. Then the loop begins again with
// a later state.
std::vector<SegmentContent> journal_beside(const Folded& begin, const Folded& now,
                                           const std::filesystem::path& store_file, std::string_view key) {
  for (int i = 0; i < tries_max; ++i) {
    const std::uint64_t folded = begin();
    auto waiting = segments_after(folded, store_file, key);
    std::uint64_t last = folded;
    for (const SegmentContent& segment : waiting) last = segment.number == last + 1 ? segment.number : last;
    if (last >= now() && last == folded + waiting.size()) return waiting;
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  throw store::StoreFailure("the ledger's journal changed during every read");
}

}  // namespace handoff::ledger
