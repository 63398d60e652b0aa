#include "serve/review_desk.h"

#include "core/number.h"

namespace handoff::gateway {
namespace {

Result<intake::ReviewAnswer> decided(intake::Reviews& reviews, const rest::ReviewRuling& ruling) {
  const intake::Ruling by{ruling.actor, ruling.reason};
  if (ruling.action == "split") return reviews.split(ruling.id, by);
  const std::int64_t id = parse_number<std::int64_t>(ruling.id).value_or(-1);
  if (ruling.action == "same") return reviews.same(id, ruling.patient, by);
  if (ruling.action == "different") return reviews.different(id, by);
  if (ruling.action == "correct") return reviews.correct(id, ruling.fields, by);
  return problem(Kind::incorrect, "is not a decision", "action");
}

}  // namespace

rest::ReviewDesk::Answer Desk::list(std::string_view patient, std::int64_t after) const {
  intake::ReviewAnswer answer = reviews_.list(patient, after);
  return {std::move(answer.json), std::move(answer.patients)};
}

Result<rest::ReviewDesk::Answer> Desk::show(std::int64_t id) const {
  auto answer = reviews_.show(id);
  if (!answer) return answer.error();
  return Answer{std::move(answer->json), std::move(answer->patients)};
}

Result<rest::ReviewDesk::Answer> Desk::decide(const rest::ReviewRuling& ruling) {
  auto answer = decided(reviews_, ruling);
  if (!answer) return answer.error();
  deliverer_.wake();
  return Answer{std::move(answer->json), std::move(answer->patients)};
}

}  // namespace handoff::gateway
