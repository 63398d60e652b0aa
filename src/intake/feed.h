// The feeds of a folder of program records: which files there are, which mapping reads each, and in which order the records
// of one day are taken in.
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
  std::shared_ptr<const mapping::Mapping> mapping;  // null: none reads it
  int order = 0;                                    // within a day
};

// Every feed in `records` (files of the formats of mapping/format.h; the folder "truth" is never read),
// sorted by order and name. The order within a day is that of the lines of order.txt in `mappings`: what
// others refer to comes first, and a feed that is not named there comes last. Problem: incorrect (a mapping
// that does not load), not_found (no such folder).
Result<std::vector<Feed>> find_feeds(const std::filesystem::path& records, const std::filesystem::path& mappings);

// The whole file. Problem: incorrect (too long), not_found, with its name.
Result<std::string> bytes_of(const Feed& feed);

}  // namespace handoff::intake
