// Who takes program records in, as REST sees it: what lies behind knows feeds and mappings, which REST does not.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"

namespace handoff::rest {

class IntakeDesk {
 public:
  // A file on its way. One thread at a time.
  class File {
   public:
    virtual ~File() = default;
    // Takes some of its records in. False: none is left. Problem: unavailable, busy: what was taken in stays, and so does the rest.
    virtual Result<bool> take_some() = 0;
    virtual std::size_t records() const = 0;
    virtual std::size_t left() const = 0;
    // What became of its records, as JSON.
    virtual std::string report() const = 0;
  };

  virtual ~IntakeDesk() = default;
  // `mapping`: "corrections/referrals". With `dry_run` nothing is stored. Problem: not_found (no such mapping), unavailable (it cannot be
  // loaded), unsupported (the media type), incorrect (the file as such). Any thread.
  virtual Result<std::unique_ptr<File>> open(const std::string& mapping, std::string_view media_type, std::string bytes, bool dry_run) = 0;
};

}  // namespace handoff::rest
