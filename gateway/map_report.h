// What `handoff map run` tells of records: how many became what, and why which were rejected; on stderr, and as CSV for --rejects.
#pragma once

#include <string>

#include "mapping/mapping.h"

namespace handoff::gateway {

class MapReport {
 public:
  std::size_t records = 0, mapped = 0, duplicates = 0, rejected = 0;
  std::size_t empty = 0;  // sound, and nothing came of them
  std::size_t left = 0;   // of a file that was given up, with the record at which it was
  std::size_t waiting = 0, review = 0, later = 0;  // at a gateway, which takes them in when it can

  // One line on stderr, one in rejects().
  void reject(const std::string& file, const mapping::Rejection& rejection);
  // The header and a line for each rejected record.
  const std::string& rejects() const { return rejects_; }
  void print(bool as_json) const;

 private:
  std::string rejects_ = "file,record,key,field,value,reason,mapping\r\n";
};

}  // namespace handoff::gateway
