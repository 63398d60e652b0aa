#include "serve/operations.h"

#include "core/log.h"
#include "store/outbox.h"

namespace handoff::gateway {
namespace {

net::Response plain(unsigned status, std::string text) {
  return {status, {{"Content-Type", "text/plain"}}, std::move(text)};
}

}  // namespace

Result<std::unique_ptr<Operations>> Operations::start(const Configuration& configuration,
                                                      const store::Store& store) {
  std::unique_ptr<Operations> operations(new Operations(store));
  if (configuration.operations_port == 0) return operations;
  net::ServerOptions http;
  http.port = std::uint16_t(configuration.operations_port);
  http.certificate_file = configuration.certificate_file;
  http.key_file = configuration.private_key_file;
  auto server = net::Server::start(
      std::move(http),
      [self = operations.get()](net::Request request, net::Reply reply) { reply(self->answer(request)); });
  if (!server) return server.error();
  operations->server_ = std::move(*server);
  return operations;
}

Result<void> Operations::reload(const Configuration& configuration) {
  return server_ ? server_->reload(configuration.certificate_file, configuration.private_key_file)
                 : Result<void>();
}

// Ready means that the store can be read. The question is rare, so an attempt to read is affordable.
net::Response Operations::answer(const net::Request& request) const {
  if (request.method != "GET" && request.method != "HEAD") return plain(405, "only GET\n");
  if (request.target == "/livez") return plain(200, "ok\n");
  if (request.target != "/readyz") return plain(404, "/livez and /readyz are served here\n");
  if (stopping_) return plain(503, "stopping\n");
  try {
    store_.snapshot().outbox().queued();
    return plain(200, "ok\n");
  } catch (const std::exception& failure) {
    log::error(std::string("operations: the store cannot be read: ") + failure.what());
    return plain(503, "the store cannot be read\n");
  }
}

}  // namespace handoff::gateway
