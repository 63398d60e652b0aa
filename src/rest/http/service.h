// The FHIR base and the token endpoint over HTTP (R4 "http"; SMART Backend Services). It finds the route,
// authenticates, runs the interaction on a worker, and makes every failure an OperationOutcome. It knows no
// sockets.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "admission/admission.h"
#include "auth/token.h"
#include "disclosure/gate.h"
#include "net/http.h"
#include "rest/interactions/capability_statement.h"
#include "rest/operator/intake_desk.h"
#include "rest/operator/review_desk.h"
#include "terminology/terminology.h"

namespace handoff::rest {

struct ServiceOptions {
  std::string base_url;  // "https://127.0.0.1:8443": the FHIR base is this + "/fhir"
  std::size_t workers = 4;
  std::size_t queue_max = 256;  // requests that wait for a worker; one more gets 503 at once
  const fhir::Definitions* definitions = nullptr;  // search parameters; outlives the service; null: R4's
  Guides guides = {};
  ReviewDesk* reviews = nullptr;  // outlives the service
  IntakeDesk* intake = nullptr;   // outlives the service
};

// Life: everything given to it outlives it. It ends when the last request is answered. All functions from any
// thread.
class Service {
 public:
  Service(ServiceOptions options, auth::TokenService& tokens, const disclosure::Gate& gate,
          const admission::Admission& admission, const terminology::Terminology& terminology);
  ~Service();

  // Never blocks. A worker or the store's writer calls `reply`.
  void handle(net::Request request, net::Reply reply);
  // Called before a request's body is read. Without a token no body is read, except a short one on a path
  // that needs no token. Never blocks.
  net::Reception receive(const net::Request& head) const;
  // Nothing new is begun after this call, entries of batches included. So only a few requests remain. The
  // destructor waits until all requests are answered.
  void end();
  // Returns when every request is answered and every stream has ended. No new ones may arrive.
  void wait_until_idle();
  // The answer to input that never became a request (400, 408, 413, 414, 417, 429, 431, 505), or was not
  // answered in time (504). For net's ServerOptions.
  net::Response refusal(unsigned status, std::string_view what) const noexcept;

 private:
  struct Content;
  std::unique_ptr<Content> content_;
};

}  // namespace handoff::rest
