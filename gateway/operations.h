// The operations listener: /livez says that the process answers, /readyz that it may be sent requests. Loopback, the
// gateway's certificate, no tokens, nothing of anybody's.
#pragma once

#include <atomic>
#include <memory>

#include "configuration.h"
#include "core/result.h"
#include "net/server.h"
#include "store/store.h"

namespace handoff::gateway {

class Operations {
 public:
  // Serves nothing where no port is configured. `store` outlives it. Problem: as of net::Server.
  static Result<std::unique_ptr<Operations>> start(const Configuration& configuration, const store::Store& store);
  Result<void> reload(const Configuration& configuration);  // certificate and key
  void set_stopping() { stopping_ = true; }                 // not ready any more

 private:
  explicit Operations(const store::Store& store) : store_(store) {}
  net::Response answer(const net::Request& request) const;

  const store::Store& store_;
  std::atomic<bool> stopping_{false};
  std::unique_ptr<net::Server> server_;
};

}  // namespace handoff::gateway
