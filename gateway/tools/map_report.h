// What `handoff map run` reports about records: how many became what, and why some were rejected. It goes to
// stderr, and as CSV to --rejects.
#pragma once

#include <string>

#include "mapping/mapping.h"

namespace handoff::gateway {

class MapReport {
 public:
  std::size_t records = 0, mapped = 0, duplicates = 0, rejected = 0;
  std::size_t empty = 0;  // valid, but nothing came of them
  std::size_t left = 0;   // not taken from a file that was given up, including the record that stopped it
  std::size_t waiting = 0, review = 0, later = 0;  // at a gateway, which takes them in when it can

  // Writes one line to stderr and one to rejects().
  void reject(const std::string& file, const mapping::Rejection& rejection);
  // The header and a line for each rejected record.
  const std::string& rejects() const { return rejects_; }
  void print(bool as_json) const;

 private:
  std::string rejects_ = "file,record,key,field,value,reason,mapping\r\n";
};

}  // namespace handoff::gateway
