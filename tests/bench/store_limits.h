// L3 to L7: the cost of SQLite, the JSON parser and the disk on this machine, if nothing else is done.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

namespace handoff::bench {

struct Limit {
  double cpu_us = 0;  // for each resource or query
  double rate = 0;    // for each second
};

// L3: bare group commit. A transaction has 512 resources of 2,048 bytes with 12 index rows each, rows sorted,
// ids in order of time, synchronous=FULL. It writes a fresh file in `folder`.
Limit bare_group_commit(const std::filesystem::path& folder, std::size_t resources);

// A store of this form, which is kept for L4 and L5.
class BareStore {
 public:
  BareStore(const std::filesystem::path& folder, std::size_t resources);
  ~BareStore();
  Limit point_reads(std::size_t count);       // L4: by type and id
  Limit ordered_searches(std::size_t count);  // L5: newest 20 of a token, with their bytes read

 private:
  struct Content;
  std::unique_ptr<Content> content_;
};

// L6: RapidJSON in place, including the copy.
Limit in_place_parses(const std::string& text, std::size_t count);

// 4 KB are written and fdatasync is called: the median in microseconds.
double fdatasync_p50_us(const std::filesystem::path& folder, std::size_t count);

}  // namespace handoff::bench
