// The operations listener: /livez says that the process answers, /readyz that it can take requests. It
// listens on loopback with the gateway's certificate. It needs no tokens and shows no data of any person.
#pragma once

#include <atomic>
#include <memory>

#include "core/result.h"
#include "net/server.h"
#include "serve/configuration.h"
#include "store/store.h"

namespace handoff::gateway {

class Operations {
 public:
  // Serves nothing if no port is configured. `store` outlives this object. Problem: as of net::Server.
  static Result<std::unique_ptr<Operations>> start(const Configuration& configuration,
                                                   const store::Store& store);
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
