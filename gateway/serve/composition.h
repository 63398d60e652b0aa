// Builds a whole gateway from its parts: store, admission, disclosure, tokens, REST over HTTPS, delivery.
// `serve` and the sandbox differ only in the clock and in the source of their settings.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "admission/admission.h"
#include "auth/client.h"
#include "core/clock.h"
#include "core/limits.h"
#include "core/result.h"
#include "exchange/date_watch.h"
#include "exchange/deliverer.h"
#include "intake/office.h"
#include "intake/reviews.h"
#include "net/address_limits.h"
#include "rest/operator/review_desk.h"
#include "serve/knowledge.h"
#include "store/store.h"

namespace handoff::gateway {

struct GatewayOptions {
  std::filesystem::path store_file;
  std::string ledger_key;
  std::string id_key;
  std::string address = "127.0.0.1";
  std::uint16_t port = 8443;
  std::string base_url;  // as clients reach it, "https://handoff.example.org"; empty: from address and port
  std::size_t io_threads = 1;
  std::size_t connections_max = limits::http_connections_max;
  std::size_t workers = 4;
  std::chrono::milliseconds request_timeout = limits::http_request_timeout;
  net::AddressLimits address_limits;
  std::size_t queue_requests_max = 256;
  std::filesystem::path certificate_file;
  std::filesystem::path key_file;
  std::filesystem::path partner_ca_file;
  std::vector<std::string> partner_addresses;  // private addresses that deliveries may go to
  std::vector<auth::Client> clients;
  exchange::Endpoints endpoints;
  routing::Routes routes;
  std::shared_ptr<const Knowledge> knowledge;          // null: only R4
  admission::RequiredProfiles profiles;                // each is known to `knowledge`
  std::shared_ptr<const consent::TellingNames> names;  // what names of facilities reveal; null: nothing
  identity::Tables tables;                             // placeholders and nicknames
  std::filesystem::path mappings_folder;               // mappings of the records that wait for a review
};

// What may change while the gateway serves.
struct GatewayChange {
  std::filesystem::path certificate_file;
  std::filesystem::path key_file;
  std::vector<auth::Client> clients;
  exchange::Endpoints endpoints;
  routing::Routes routes;
  identity::Tables tables;
  std::shared_ptr<const consent::TellingNames> names;
  std::filesystem::path mappings_folder;
};

// Life: serves from start() until it is destroyed. Call drain() first for a gentle end.
class Gateway {
 public:
  // `clock` serves events, consents and decisions; everything else uses the machine's clock. Deliveries and
  // the watch over dates are decided by `clock`. They begin with start_delivering(), after the caller has set
  // it.
  static Result<std::unique_ptr<Gateway>> start(GatewayOptions options, const Clock& clock);
  ~Gateway();

  std::string base() const;       // "https://127.0.0.1:8443/fhir"
  std::string token_url() const;  // "https://127.0.0.1:8443/auth/token"
  std::uint16_t port() const;
  store::Store& store();
  intake::Office& office();
  exchange::Deliverer& deliverer();
  exchange::DateWatch& dates();
  intake::Reviews& reviews();
  rest::ReviewDesk& desk();
  void start_delivering();
  // Applies all of the change or nothing. Problem: incorrect (the certificate).
  Result<void> reload(GatewayChange change);
  void set_clients(std::vector<auth::Client> clients);
  void drain(std::chrono::milliseconds grace);

 private:
  Gateway();
  struct Content;
  std::unique_ptr<Content> content_;
};

}  // namespace handoff::gateway
