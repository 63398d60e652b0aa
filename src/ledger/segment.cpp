#include "ledger/segment.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <iterator>

#include "core/limits.h"
#include "ledger/chain.h"
#include "store/failure.h"

namespace handoff::ledger {
namespace {

constexpr std::uint32_t mark = 0x314A4C48;  // "HLJ1"
constexpr std::size_t seal_bytes = 32;

// Stands before each group. Then the entries follow, each after its length, and the seal. The machine that
// wrote a file also reads it.
struct GroupHead {
  std::uint32_t is_group = mark;
  std::uint32_t entry_bytes = 0;
  std::uint64_t segment = 0;
  std::int64_t at_ms = 0;
};

void append_bytes(std::string& out, const auto& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class T>
T read_bytes(std::string_view& in) {
  T value;
  std::memcpy(&value, in.data(), sizeof value);
  in.remove_prefix(sizeof value);
  return value;
}

void write_at(int descriptor, std::string_view bytes, std::size_t place) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::pwrite(descriptor, bytes.data(), bytes.size(), off_t(place));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) throw store::StoreFailure(std::string("ledger journal: ") + std::strerror(errno));
    bytes.remove_prefix(std::size_t(wrote));
    place += std::size_t(wrote);
  }
}

// A new file's name is on disk only after its folder is synced.
void sync_folder(const std::filesystem::path& file) {
  const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  if (descriptor >= 0) ::close(descriptor);
  if (!synced) throw store::StoreFailure("ledger journal: its folder cannot be written");
}

// Takes the group from the front of `rest`. False if no valid group of this segment stands there.
bool take_group(std::string_view& rest, SegmentContent& content, std::string_view key, std::string& seal) {
  std::string_view in = rest;
  if (in.size() < sizeof(GroupHead) + seal_bytes) return false;
  const auto head = read_bytes<GroupHead>(in);
  if (head.is_group != mark || (content.number != 0 && head.segment != content.number)) return false;
  if (in.size() < head.entry_bytes + seal_bytes) return false;
  const std::string_view sealed = rest.substr(0, sizeof(GroupHead) + head.entry_bytes);
  const std::string expected = seal_of(key, seal, head.at_ms, sealed);
  if (rest.substr(sealed.size(), seal_bytes) != expected) return false;
  for (in = in.substr(0, head.entry_bytes); in.size() >= sizeof(std::uint32_t);) {
    const auto size = read_bytes<std::uint32_t>(in);
    content.entries.push_back(
        {Instant{std::chrono::milliseconds{head.at_ms}}, std::string(in.substr(0, size))});
    in.remove_prefix(std::min<std::size_t>(size, in.size()));
  }
  content.number = head.segment;
  seal = expected;
  rest.remove_prefix(sealed.size() + seal_bytes);
  return true;
}

// True if a group of the segment begins anywhere in the bytes. Segment 0 means any segment.
bool has_group(std::string_view bytes, std::uint64_t segment) {
  const std::string_view begin(reinterpret_cast<const char*>(&mark), sizeof mark);
  for (auto at = bytes.find(begin); at != bytes.npos; at = bytes.find(begin, at + 1)) {
    std::string_view found = bytes.substr(at);
    if (found.size() < sizeof(GroupHead)) return false;
    if (segment == 0 || read_bytes<GroupHead>(found).segment == segment) return true;
  }
  return false;
}

}  // namespace

// The file is first written over its whole length. Later appends then change neither its size nor its map of
// blocks, so their sync writes only data.
LedgerSegment::LedgerSegment(std::filesystem::path file, std::uint64_t number, std::string_view key)
    : file_(std::move(file)),
      number_(number),
      key_(key),
      descriptor_(::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  try {
    if (descriptor_ < 0) throw store::StoreFailure(std::string("ledger journal: ") + std::strerror(errno));
    if (std::filesystem::file_size(file_) >= limits::ledger_segment_bytes) return;
    write_at(descriptor_, std::string(limits::ledger_segment_bytes, '\0'), 0);
    if (::fsync(descriptor_) != 0)
      throw store::StoreFailure(std::string("ledger journal: ") + std::strerror(errno));
    sync_folder(file_);
  } catch (...) {  // an unfinished file must not take up room
    if (descriptor_ >= 0) ::close(descriptor_), ::unlink(file_.c_str());
    throw;
  }
}

LedgerSegment::~LedgerSegment() { ::close(descriptor_); }

void LedgerSegment::append(Instant at, const std::vector<std::string>& entries) {
  GroupHead head;
  head.segment = number_;
  head.at_ms = at.time_since_epoch().count();
  for (const std::string& entry : entries)
    head.entry_bytes += std::uint32_t(sizeof(std::uint32_t) + entry.size());
  std::string group;
  group.reserve(sizeof head + head.entry_bytes + seal_bytes);
  append_bytes(group, head);
  for (const std::string& entry : entries) {
    append_bytes(group, std::uint32_t(entry.size()));
    group += entry;
  }
  std::string seal = seal_of(key_, seal_, head.at_ms, group);
  group += seal;
  write_at(descriptor_, group, bytes_);
  if (::fdatasync(descriptor_) != 0)
    throw store::StoreFailure(std::string("ledger journal: ") + std::strerror(errno));
  bytes_ += group.size();
  seal_ = std::move(seal);
}

SegmentContent read_segment(const std::filesystem::path& file, std::string_view key) {
  std::ifstream in(file, std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(in), {});
  SegmentContent content;
  std::string_view rest = bytes;
  std::string seal;
  while (take_group(rest, content, key, seal)) {}
  content.is_damaged = has_group(
      content.number == 0 ? rest : rest.substr(std::min<std::size_t>(1, rest.size())), content.number);
  return content;
}

}  // namespace handoff::ledger
