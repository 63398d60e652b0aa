// Carries out what interactions give back (rest/http/step.h): on workers, with the store's commits and the ledger's entries between. Here alone
// is known which thread does what, how often a conflict is tried again, and where an exception ends.
#pragma once

#include <functional>

#include "rest/http/interaction.h"
#include "rest/http/workers.h"

namespace handoff::rest {

// Life: as long as the service; outlives what it runs.
class Driver {
 public:
  Driver(const Context& context, Workers& workers) : context_(context), workers_(workers) {}

  // Called once, from any thread; it goes last, for behind it the service may end.
  using Answer = std::function<void(net::Response)>;
  // Begins on this thread, which is a worker's.
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
