// Makes a Disclosed. Only src/disclosure includes this file (tests/tidy).
#pragma once

#include "disclosure/disclosed.h"
#include "disclosure/released.h"

namespace handoff::disclosure {

// `entries`: ledger entries as JSON text. They must say everything that `bytes` discloses.
inline Disclosed seal(std::string bytes, std::vector<std::string> entries, std::shared_ptr<Rest> rest = {}) {
  Disclosed sealed;
  sealed.rest_ = std::move(rest);
  sealed.bytes_ = std::move(bytes);
  sealed.entries_ = std::move(entries);
  return sealed;
}

// `bytes` are of a single resource, and carry its version, tag and time.
inline Disclosed seal(const Released& released, std::string bytes, std::vector<std::string> entries) {
  Disclosed sealed = seal(std::move(bytes), std::move(entries));
  sealed.version_ = released.version;
  sealed.tag_ = released.tag;
  sealed.updated_ = released.updated;
  return sealed;
}

// The resource as JSON.
inline Disclosed seal(const Released& released, std::vector<std::string> entries) {
  std::string bytes;
  json::Writer writer(bytes);
  write(released, writer);
  return seal(released, std::move(bytes), std::move(entries));
}

}  // namespace handoff::disclosure
