// The feeds of a folder of program records: its files, the mapping that reads each, and the order in which
// the records of one day are taken in.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "mapping/mapping.h"

namespace handoff::intake {

struct Feed {
  std::string name;  // path below the folder: "corrections/referrals.csv"
  std::filesystem::path file;
  std::shared_ptr<const mapping::Mapping> mapping;  // null: no mapping reads it
  int order = 0;                                    // within a day
};

// Finds every feed in `records` (files of the formats of mapping/format.h; the folder "truth" is never read),
// sorted by order and name. The order within a day is that of the lines of order.txt in `mappings`. Feeds
// that others refer to come first, and a feed that is not listed comes last. Problem: incorrect (a mapping
// that does not load), not_found (the folder does not exist).
Result<std::vector<Feed>> find_feeds(const std::filesystem::path& records,
                                     const std::filesystem::path& mappings);

// Reads the whole file. Problem: incorrect (too long), not_found, with its name.
Result<std::string> bytes_of(const Feed& feed);

}  // namespace handoff::intake
