// The FHIR base and the token endpoint over HTTP (R4 "http"; SMART Backend Services): finds the route, authenticates,
// runs the interaction on a worker, and makes every failure an OperationOutcome. Knows no sockets.
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
  std::size_t queue_max = 256;                     // requests that wait for a worker; one more is answered 503 at once
  const fhir::Definitions* definitions = nullptr;  // outlives the service: what can be searched by; null: R4's
  Guides guides = {};
  ReviewDesk* reviews = nullptr;  // outlives the service
  IntakeDesk* intake = nullptr;   // outlives the service
};

// Life: everything given to it outlives it; it ends when the last request is answered. All functions from any thread.
class Service {
 public:
  Service(ServiceOptions options, auth::TokenService& tokens, const disclosure::Gate& gate,
          const admission::Admission& admission, const terminology::Terminology& terminology);
  ~Service();

  // Never blocks; `reply` is called from a worker or the store's writer.
  void handle(net::Request request, net::Reply reply);
  // Before the body of a request is read: without a token none is, but a short one where no token is needed. Never blocks.
  net::Reception receive(const net::Request& head) const;
  // What has not begun is not done any more, entries of batches among it: for an end that waits for few. The destructor waits for whoever
  // is not answered.
  void end();
  // The answer to what never became a request (400, 408, 413, 414, 417, 429, 431, 505), or was not answered in time (504), for net's
  // ServerOptions.
  net::Response refusal(unsigned status, std::string_view what) const noexcept;

 private:
  struct Content;
  std::unique_ptr<Content> content_;
};

}  // namespace handoff::rest
