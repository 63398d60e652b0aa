// The intake of program records, as REST sees it. The implementation knows feeds and mappings; REST does not.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"

namespace handoff::rest {

class IntakeDesk {
 public:
  // A file that is being taken in. One thread at a time.
  class File {
   public:
    virtual ~File() = default;
    // Takes in some of its records. False: none is left. Problem: unavailable, busy. Records that were taken
    // in stay, and the rest can still be taken in.
    virtual Result<bool> take_some() = 0;
    virtual std::size_t records() const = 0;
    virtual std::size_t left() const = 0;
    // The outcome of its records, as JSON.
    virtual std::string report() const = 0;
  };

  virtual ~IntakeDesk() = default;
  // `mapping`: "corrections/referrals". With `dry_run` nothing is stored. Problem: not_found (no such
  // mapping), unavailable (it cannot be loaded), unsupported (the media type), incorrect (the file itself).
  // Any thread.
  virtual Result<std::unique_ptr<File>> open(const std::string& mapping, std::string_view media_type,
                                             std::string bytes, bool dry_run) = 0;
};

}  // namespace handoff::rest
