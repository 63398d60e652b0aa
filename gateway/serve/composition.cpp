#include "serve/composition.h"

#include <fmt/format.h>

#include <atomic>

#include "admission/indexing.h"
#include "disclosure/gate.h"
#include "net/server.h"
#include "rest/http/service.h"
#include "search/index_rows.h"
#include "serve/engine.h"
#include "serve/intake_desk.h"
#include "serve/review_desk.h"
#include "store/id_key.h"

namespace handoff::gateway {
namespace {

constexpr std::chrono::milliseconds key_set_timeout{5'000};
constexpr std::size_t key_set_bytes_max = 256u << 10;

}  // namespace

// Members in the order of construction: each uses only members above it.
struct Gateway::Content {
  SystemClock machine;
  std::optional<routing::CurrentRoutes> routes;
  std::unique_ptr<store::Store> store;
  std::optional<IdKey> id_key;
  std::shared_ptr<const Knowledge> knowledge;
  std::shared_ptr<const fhir::Definitions> definitions;  // R4, and the search parameters of the packages
  std::optional<search::Indexer> indexer;
  std::optional<admission::Admission> admission;
  std::optional<disclosure::Gate> gate;
  std::optional<auth::TokenService> tokens;
  std::optional<identity::CurrentTables> tables;
  std::shared_ptr<consent::CurrentNames> names;
  std::optional<intake::Office> office;
  std::optional<intake::Reviews> reviews;
  std::optional<exchange::Deliverer> deliverer;
  std::optional<exchange::DateWatch> dates;
  std::optional<Desk> desk;
  std::optional<FileDesk> file_desk;
  std::optional<rest::Service> service;
  std::atomic<rest::Service*> ready{nullptr};
  std::unique_ptr<net::Server> server;
  std::string origin;

  // Keys that a client publishes are fetched from the URL that it names. An assertion can be used only once,
  // also across a restart.
  auth::TokenOptions token_options(const GatewayOptions& options) {
    net::ClientOptions outbound;
    outbound.ca_file = options.partner_ca_file;
    outbound.allowed_addresses = options.partner_addresses;
    outbound.timeout = key_set_timeout;
    outbound.answer_bytes_max = key_set_bytes_max;
    auth::TokenOptions made;
    made.audience = origin + "/auth/token";
    made.fetch = [outbound](const std::string& url) -> Result<std::string> {
      net::Client client(outbound);
      auto answer = client.send({"GET", url, {{"Accept", "application/json"}}, {}});
      if (!answer) return answer.error();
      if (answer->status != 200)
        return problem(Kind::unavailable, fmt::format("it answered {}", answer->status));
      return std::move(answer->body);
    };
    made.use_once = [this](const std::string& digest, Instant until) -> Result<bool> {
      store::Batch batch;
      batch.single_uses.push_back({digest, until});
      const auto written = store->commit_and_wait(std::move(batch));
      if (!written && written.error().kind != Kind::conflict) return written.error();
      return written.has_value();
    };
    return made;
  }

  // The parts that name the port can be made only after the port is known. Until then the server answers 503.
  Result<void> listen(const GatewayOptions& options) {
    net::ServerOptions http;
    http.address = options.address;
    http.port = options.port;
    http.certificate_file = options.certificate_file;
    http.key_file = options.key_file;
    http.threads = options.io_threads;
    http.connections_max = options.connections_max;
    http.request_timeout = options.request_timeout;
    http.address_limits = options.address_limits;
    http.refusal = [this](unsigned status, std::string_view what) {
      rest::Service* const serving = ready;
      return serving ? serving->refusal(status, what) : net::Response{503, {}, {}};
    };
    http.reception = [this](const net::Request& head) {
      rest::Service* const serving = ready;
      return serving ? serving->receive(head)
                     : net::Reception{net::Response{503, {{"Retry-After", "1"}}, {}}, 0, false};
    };
    auto started = net::Server::start(std::move(http), [this](net::Request request, net::Reply reply) {
      if (rest::Service* const serving = ready) serving->handle(std::move(request), std::move(reply));
      else reply({503, {{"Retry-After", "1"}}, {}});
    });
    if (!started) return started.error();
    server = std::move(*started);
    const bool six = options.address.find(':') != std::string::npos;
    const std::string host = six ? "[" + options.address + "]" : options.address;
    origin = options.base_url.empty() ? fmt::format("https://{}:{}", host, server->port()) : options.base_url;
    return {};
  }
};

Gateway::Gateway() : content_(std::make_unique<Content>()) {}

// Answers that are still made come back to the server's threads. So these run until the service is idle.
Gateway::~Gateway() {
  if (content_->server) content_->server->drain({});
  if (content_->service) content_->service->end();
  if (content_->service) content_->service->wait_until_idle();
  content_->server.reset();  // no requests arrive any more when the parts are destroyed
}

Result<std::unique_ptr<Gateway>> Gateway::start(GatewayOptions options, const Clock& clock) {
  std::unique_ptr<Gateway> gateway(new Gateway);
  Content& c = *gateway->content_;
  auto store = engine().open({options.store_file, options.ledger_key}, c.machine);
  if (!store) return store.error();
  c.store = std::move(*store);
  c.id_key.emplace(std::move(options.id_key));
  if (auto taken = store::take_id_key(*c.store, *c.id_key); !taken) return taken.error();
  c.knowledge = std::move(options.knowledge);
  if (!c.knowledge) {
    auto r4_alone = Knowledge::load({});
    if (!r4_alone) return r4_alone.error();
    c.knowledge = std::move(*r4_alone);
  }
  auto definitions = admission::index_by(*c.store, c.knowledge->search_parameters());
  if (!definitions) return definitions.error();
  c.definitions = std::move(*definitions);
  auto indexer = search::Indexer::create(*c.definitions);
  if (!indexer) return indexer.error();
  c.indexer.emplace(std::move(*indexer));
  if (auto listening = c.listen(options); !listening) return listening.error();
  c.routes.emplace(std::move(options.routes));
  c.names = std::make_shared<consent::CurrentNames>(std::move(options.names));
  c.admission.emplace(*c.store, *c.indexer, *c.routes, clock, c.knowledge->validator(),
                      std::move(options.profiles), c.names);
  c.gate.emplace(*c.store, clock, *c.routes, c.origin + "/fhir", *c.id_key, c.names);
  c.tokens.emplace(c.token_options(options), c.machine);
  c.tokens->set_clients(std::move(options.clients));
  c.tables.emplace(std::move(options.tables));
  c.office.emplace(*c.admission, *c.store, clock, *c.id_key, *c.tables);
  c.office->set_mappings(options.mappings_folder);
  c.reviews.emplace(*c.office);
  net::ClientOptions partners;
  partners.ca_file = options.partner_ca_file;
  partners.allowed_addresses = options.partner_addresses;
  c.deliverer.emplace(*c.store, *c.gate, std::move(options.endpoints), std::move(partners), c.machine);
  c.dates.emplace(*c.admission, *c.deliverer);
  c.desk.emplace(*c.reviews, *c.deliverer);
  c.file_desk.emplace(*c.office, *c.deliverer);
  rest::ServiceOptions service;
  service.base_url = c.origin;
  service.workers = options.workers;
  service.definitions = &*c.definitions;
  service.guides = c.knowledge->guides();
  service.queue_max = options.queue_requests_max;
  service.reviews = &*c.desk;
  service.intake = &*c.file_desk;
  c.service.emplace(service, *c.tokens, *c.gate, *c.admission, c.knowledge->terminology());
  c.ready = &*c.service;
  return gateway;
}

std::string Gateway::base() const { return content_->origin + "/fhir"; }
std::string Gateway::token_url() const { return content_->origin + "/auth/token"; }
std::uint16_t Gateway::port() const { return content_->server->port(); }
store::Store& Gateway::store() { return *content_->store; }
intake::Office& Gateway::office() { return *content_->office; }
exchange::Deliverer& Gateway::deliverer() { return *content_->deliverer; }
intake::Reviews& Gateway::reviews() { return *content_->reviews; }
rest::ReviewDesk& Gateway::desk() { return *content_->desk; }
exchange::DateWatch& Gateway::dates() { return *content_->dates; }

void Gateway::start_delivering() {
  content_->deliverer->start();
  content_->dates->start();
}

Result<void> Gateway::reload(GatewayChange change) {
  if (auto taken = content_->server->reload(change.certificate_file, change.key_file); !taken)
    return taken.error();
  content_->tokens->set_clients(std::move(change.clients));
  content_->deliverer->set_endpoints(std::move(change.endpoints));
  content_->routes->replace(std::move(change.routes));
  content_->tables->replace(std::move(change.tables));
  content_->names->replace(std::move(change.names));
  content_->office->set_mappings(std::move(change.mappings_folder));
  return {};
}

void Gateway::set_clients(std::vector<auth::Client> clients) {
  content_->tokens->set_clients(std::move(clients));
}

void Gateway::drain(std::chrono::milliseconds grace) {
  content_->server->drain(grace);
  content_->service->end();
}

}  // namespace handoff::gateway
