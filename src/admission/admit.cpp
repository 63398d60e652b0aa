// Submissions committed, with conflicts tried again.
#include <algorithm>
#include <future>

#include "admission/admission.h"

namespace handoff::admission {
namespace {

constexpr int attempts_max = 5;
constexpr int rounds_max = 8;  // for several submissions together; then one by one

}  // namespace

void Admission::commit(Prepared prepared, Done done) const {
  store_.commit(std::move(prepared.batch), [done = std::move(done)](Result<store::Committed> committed) {
    done(committed ? Result<Instant>(committed->at) : Result<Instant>(committed.error()));
  });
}

Result<Receipt> Admission::admit(const Submission& submission) const {
  for (int attempt = 1;; ++attempt) {
    // the snapshot ends here, because it blocks a reset of the log
    auto prepared = prepare(submission, store_.snapshot());
    if (!prepared) return prepared.error();
    if (prepared->is_empty()) return Receipt{std::move(prepared->admitted), {}};
    auto committed = store_.commit_and_wait(std::move(prepared->batch));
    if (committed) return Receipt{std::move(prepared->admitted), committed->at};
    if (committed.error().kind != Kind::conflict || attempt == attempts_max) return committed.error();
  }
}

// In rounds: submissions that another write overtook are derived anew, all of them together.
std::vector<Result<Receipt>> Admission::admit_all(const std::vector<Submission>& submissions) const {
  std::vector<std::optional<Result<Receipt>>> receipts(submissions.size());
  for (int round = 1;
       round <= rounds_max && std::any_of(receipts.begin(), receipts.end(), [](const auto& r) { return !r; });
       ++round)
    admit_round(submissions, receipts);
  std::vector<Result<Receipt>> all;
  for (std::size_t i = 0; i < submissions.size(); ++i)
    all.push_back(receipts[i] ? std::move(*receipts[i]) : admit(submissions[i]));
  return all;
}

// Handles the submissions without a receipt. A submission with a conflict stays without one.
void Admission::admit_round(const std::vector<Submission>& submissions,
                            std::vector<std::optional<Result<Receipt>>>& receipts) const {
  struct UnderWay {
    std::size_t place;
    std::vector<Admitted> admitted;
    std::future<Result<store::Committed>> written;
  };
  std::vector<UnderWay> under_way;
  const store::Snapshot snapshot = store_.snapshot();
  for (std::size_t i = 0; i < submissions.size(); ++i) {
    if (receipts[i]) continue;
    auto prepared = prepare(submissions[i], snapshot);
    if (!prepared) receipts[i] = prepared.error();
    else if (prepared->is_empty()) receipts[i] = Receipt{std::move(prepared->admitted), {}};
    if (receipts[i]) continue;
    auto promise = std::make_shared<std::promise<Result<store::Committed>>>();
    under_way.push_back({i, std::move(prepared->admitted), promise->get_future()});
    store_.commit(std::move(prepared->batch),
                  [promise](Result<store::Committed> result) { promise->set_value(std::move(result)); });
  }
  for (UnderWay& one : under_way) {
    const Result<store::Committed> committed = one.written.get();
    if (committed) receipts[one.place] = Receipt{std::move(one.admitted), committed->at};
    else if (committed.error().kind != Kind::conflict) receipts[one.place] = committed.error();
  }
}

}  // namespace handoff::admission
