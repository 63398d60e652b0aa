// The reviews of intake, as REST offers them to operators. A decision may make deliveries due, so it wakes
// the deliverer.
#pragma once

#include "exchange/deliverer.h"
#include "intake/reviews.h"
#include "rest/operator/review_desk.h"

namespace handoff::gateway {

// Both outlive the desk.
class Desk final : public rest::ReviewDesk {
 public:
  Desk(intake::Reviews& reviews, exchange::Deliverer& deliverer) : reviews_(reviews), deliverer_(deliverer) {}
  Answer list(std::string_view patient, std::int64_t after) const override;
  Result<Answer> show(std::int64_t id) const override;
  Result<Answer> decide(const rest::ReviewRuling& ruling) override;

 private:
  intake::Reviews& reviews_;
  exchange::Deliverer& deliverer_;
};

}  // namespace handoff::gateway
