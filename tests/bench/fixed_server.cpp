#include "fixed_server.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "process.h"

namespace handoff::bench {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using Stream = beast::ssl_stream<beast::tcp_stream>;

constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds patience{60};

asio::awaitable<void> serve(tcp::socket socket, asio::ssl::context& tls,
                            const http::response<http::string_body>& answer) {
  Stream stream(std::move(socket), tls);
  auto [failed] = co_await stream.async_handshake(asio::ssl::stream_base::server, as_tuple);
  beast::flat_buffer buffer;
  while (!failed) {
    http::request<http::string_body> request;
    beast::get_lowest_layer(stream).expires_after(patience);
    auto [unread, bytes] = co_await http::async_read(stream, buffer, request, as_tuple);
    if (unread) co_return;
    http::response<http::string_body> copy = answer;
    auto [unwritten, written] = co_await http::async_write(stream, copy, as_tuple);
    failed = unwritten;
  }
}

asio::awaitable<void> accept_all(tcp::acceptor& acceptor, asio::ssl::context& tls,
                                 const http::response<http::string_body>& answer) {
  for (;;) {
    auto [failed, socket] = co_await acceptor.async_accept(as_tuple);
    if (failed) co_return;
    boost::system::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    asio::co_spawn(acceptor.get_executor(), serve(std::move(socket), tls, answer), [](std::exception_ptr) {});
  }
}

}  // namespace

void serve_fixed(std::size_t body_bytes, const std::filesystem::path& certificates) {
  asio::io_context context{1};
  asio::ssl::context tls{asio::ssl::context::tls_server};
  tls.use_certificate_chain_file((certificates / "server.pem").string());
  tls.use_private_key_file((certificates / "server.key").string(), asio::ssl::context::pem);
  http::response<http::string_body> answer{http::status::ok, 11};
  answer.set(http::field::content_type, "application/fhir+json");
  answer.body() = std::string(body_bytes, 'x');
  answer.prepare_payload();
  tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
  asio::co_spawn(context, accept_all(acceptor, tls, answer), [](std::exception_ptr) {});
  std::thread thread([&context] { context.run(); });
  announce_and_wait(acceptor.local_endpoint().port());
  context.stop();
  thread.join();
}

}  // namespace handoff::bench
