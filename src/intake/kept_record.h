// A record that the store keeps while it waits for a person or for another record. It is restored together
// with its mapping.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "intake/office.h"
#include "intake/taking.h"
#include "json/document.h"

namespace handoff::intake {

class KeptRecord {
 public:
  // Problem: not_found, unavailable (the mapping), fault (its values cannot be read).
  static Result<KeptRecord> of(const store::Review& review, const Office& office);
  static Result<KeptRecord> of(const store::IntakeWaiting& waiting, const Office& office);

  // The result refers to this object. `corrected`: the values as a person corrects them now.
  TakenRecord record(json::Value corrected = {}) const {
    return {feed_, mapping_.get(), &source_, &stages_, file_, file_hash_, corrected};
  }
  const mapping::Mapping& mapping() const { return *mapping_; }
  const mapping::SourceRecord& source() const { return source_; }
  // The newest stage that has come. −1: it has no dates.
  int stage() const { return stage_; }

 private:
  KeptRecord() = default;
  Result<void> load(const std::string& mapping, const std::string& values, const Office& office);

  std::string feed_, file_, file_hash_;
  std::shared_ptr<const mapping::Mapping> mapping_;
  json::Document values_;
  mapping::SourceRecord source_;
  std::vector<Instant> stages_;
  int stage_ = -1;
};

}  // namespace handoff::intake
