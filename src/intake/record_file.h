// A file of program records that was read: its records, and the outcome for each.
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "intake/feed.h"
#include "intake/taking.h"
#include "mapping/mapping.h"

namespace handoff::intake {

struct Planned {};    // it will be taken in
struct Taken {};      // its content is in the store
struct InReview {};   // a person must say whose it is
struct Duplicate {};  // it equals an earlier record of its file
struct Later {};      // its first day has not come
struct Empty {};      // nothing is made of it: no `when` holds
// What happened with a record.
using Fate =
    std::variant<Planned, Taken, mapping::Rejection, mapping::Waiting, InReview, Duplicate, Later, Empty>;

class RecordFile;

struct Record {
  const RecordFile* file = nullptr;
  const mapping::SourceRecord* source = nullptr;
  std::vector<Instant> stages;
  Fate fate = Planned{};

  template <class One>
  bool is() const {
    return std::holds_alternative<One>(fate);
  }
  // The result refers to this record and to its file.
  TakenRecord as_taken() const;
  // Adds the record and its mapping to the rejection if they are missing.
  void reject(mapping::Rejection rejection);
};

// records = mapped + rejected + duplicates + waiting + review + later + empty.
struct FeedReport {
  std::string feed;
  bool unmapped = false;
  std::size_t records = 0;
  std::size_t mapped = 0;
  std::vector<mapping::Rejection> rejected;  // by record number
  std::size_t duplicates = 0;
  std::size_t waiting = 0;
  std::size_t review = 0;  // a person must say whose they are
  std::size_t later = 0;
  std::size_t empty = 0;  // nothing is made of them: no `when` holds
};

// Its records refer to it, so it cannot move. One thread at a time.
class RecordFile {
 public:
  // A record is planned unless it equals another one, is rejected by the contract, or is later than `as_of`.
  // A feed without mapping has no records. `number` identifies the file: records of a lower number are woken
  // first. Problem: incorrect (the file itself), with its name.
  static Result<std::unique_ptr<RecordFile>> read(Feed feed, std::string bytes, Instant as_of,
                                                  std::size_t number = 0);
  RecordFile(const RecordFile&) = delete;
  RecordFile& operator=(const RecordFile&) = delete;

  const Feed& feed() const { return feed_; }
  const mapping::Source& source() const { return source_; }
  std::size_t number() const { return number_; }
  std::vector<Record>& records() { return records_; }
  const std::vector<Record>& records() const { return records_; }
  FeedReport report() const;

 private:
  RecordFile(Feed feed, std::size_t number) : feed_(std::move(feed)), number_(number) {}
  void plan(Record& record, Instant as_of) const;

  const Feed feed_;
  const std::size_t number_;
  mapping::Source source_;
  std::vector<Record> records_;
};

}  // namespace handoff::intake
