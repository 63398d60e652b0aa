// Carries out what interactions return (rest/http/step.h): on workers, with the store's commits and the
// ledger's entries in between. Only this class decides which thread runs what, how often a conflict is tried
// again, and where exceptions end.
#pragma once

#include <functional>

#include "rest/http/interaction.h"
#include "rest/http/workers.h"

namespace handoff::rest {

// Life: as long as the service. It outlives everything that it runs.
class Driver {
 public:
  Driver(const Context& context, Workers& workers) : context_(context), workers_(workers) {}

  // Called once, from any thread. It is released last, because the service may end after it.
  using Answer = std::function<void(net::Response)>;
  // Begins on this thread, which must be a worker.
  void run(Interaction interaction, Call call, Answer answer) const;

 private:
  struct Running;
  class Several;
  using Shared = std::shared_ptr<Running>;

  void go_on(const Shared& running, const std::function<Step()>& next) const;
  void resume(const Shared& running, std::function<Step()> next) const;
  void carry_out(const Shared& running, Step step) const;
  void record(const Shared& running, Record step) const;
  Result<void> stream(const Shared& running, Record& step) const;
  void commit(const Shared& running, Commit step) const;
  void wait(const Shared& running, Later step) const;

  const Context& context_;
  Workers& workers_;
};

}  // namespace handoff::rest
