// Files of program records that operators send to the gateway through REST (rest/operator/intake_desk.h).
#pragma once

#include "exchange/deliverer.h"
#include "intake/office.h"
#include "rest/operator/intake_desk.h"

namespace handoff::gateway {

// Both outlive the desk and the files that it opened.
class FileDesk final : public rest::IntakeDesk {
 public:
  FileDesk(const intake::Office& office, exchange::Deliverer& deliverer)
      : office_(office), deliverer_(deliverer) {}
  Result<std::unique_ptr<File>> open(const std::string& mapping, std::string_view media_type,
                                     std::string bytes, bool dry_run) override;

 private:
  const intake::Office& office_;
  exchange::Deliverer& deliverer_;
};

}  // namespace handoff::gateway
