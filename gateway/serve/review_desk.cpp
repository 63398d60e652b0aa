#include "serve/review_desk.h"

#include "core/number.h"

namespace handoff::gateway {
namespace {

Result<intake::Told> decided(intake::Reviews& reviews, const rest::ReviewRuling& ruling) {
  const intake::Ruling by{ruling.actor, ruling.reason};
  if (ruling.action == "split") return reviews.split(ruling.id, by);
  const std::int64_t id = parse_number<std::int64_t>(ruling.id).value_or(-1);
  if (ruling.action == "same") return reviews.same(id, ruling.patient, by);
  if (ruling.action == "different") return reviews.different(id, by);
  if (ruling.action == "correct") return reviews.correct(id, ruling.fields, by);
  return problem(Kind::incorrect, "is not a decision", "action");
}

}  // namespace

rest::ReviewDesk::Told Desk::list(std::string_view patient, std::int64_t after) const {
  intake::Told told = reviews_.list(patient, after);
  return {std::move(told.json), std::move(told.patients)};
}

Result<rest::ReviewDesk::Told> Desk::show(std::int64_t id) const {
  auto told = reviews_.show(id);
  if (!told) return told.error();
  return Told{std::move(told->json), std::move(told->patients)};
}

Result<rest::ReviewDesk::Told> Desk::decide(const rest::ReviewRuling& ruling) {
  auto told = decided(reviews_, ruling);
  if (!told) return told.error();
  deliverer_.wake();
  return Told{std::move(told->json), std::move(told->patients)};
}

}  // namespace handoff::gateway
