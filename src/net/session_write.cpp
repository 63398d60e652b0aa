// How a session sends an answer (RFC 9112): whole, or in chunks while a source makes it.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <ctime>

#include "core/boundary.h"
#include "net/session.h"

namespace handoff::net {
namespace {

namespace asio = boost::asio;

constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

// Asks for the next piece of a body. The session resumes on its own thread.
struct AskPiece {
  template <class Completion>
  void operator()(Completion&& completion, BodySource* source) const {
    auto waiting =
        std::make_shared<std::optional<std::decay_t<Completion>>>(std::forward<Completion>(completion));
    auto executor = asio::get_associated_executor(**waiting);
    const auto take = [waiting, executor](Result<std::string> piece) {
      asio::post(executor, [waiting, piece = std::move(piece)]() mutable {
        if (!*waiting) return;  // the source gave two
        auto resume = std::move(**waiting);
        waiting->reset();
        std::move(resume)(std::move(piece));
      });
    };
    const bool asked = runs_to_end("net: a source of a body", [&] { source->next(take); });
    if (!asked) take(problem(Kind::fault, "the body cannot go on"));
  }
};

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, section 5.6.7). Each thread makes it once a second.
std::string_view http_date_now() {
  thread_local std::time_t made_at = -1;
  thread_local std::string made;
  const std::time_t now = std::time(nullptr);
  if (now != made_at) made = fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(now));
  made_at = now;
  return made;
}

// In every answer. Browsers must not guess a type, and a client that used TLS once must always use it (RFC
// 6797).
constexpr std::string_view standing_fields =
    "X-Content-Type-Options: nosniff\r\nStrict-Transport-Security: max-age=31536000\r\n";

std::string head_of(const Response& response, bool keep, bool bare) {
  std::string bytes = fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason_phrase(response.status));
  for (const auto& [name, value] : response.headers)
    fmt::format_to(std::back_inserter(bytes), "{}: {}\r\n", name, value);
  fmt::format_to(std::back_inserter(bytes), "Date: {}\r\n{}", http_date_now(), standing_fields);
  if (response.rest && !bare) bytes += "Transfer-Encoding: chunked\r\n";
  else if (!response.rest && response.status != 204 && response.status != 304)
    fmt::format_to(std::back_inserter(bytes), "Content-Length: {}\r\n", response.body.size());
  bytes += keep ? "\r\n" : "Connection: close\r\n\r\n";
  return bytes;
}

// A piece of a body as a chunk (RFC 9112, section 7.1).
std::string framed(std::string piece, bool bare) {
  if (piece.empty() || bare) return piece;
  return fmt::format("{:x}\r\n", piece.size()) + std::move(piece) + "\r\n";
}

}  // namespace

// A short head and body are one write, so one TLS record. A long body is not copied.
asio::awaitable<bool> Session::write(Response response, Sending how) {
  std::string bytes = head_of(response, how.keep, how.bare);
  if (how.head_only) response.body.clear(), response.rest.reset();
  if (response.rest) bytes += framed(std::exchange(response.body, {}), how.bare);
  if (response.body.size() < long_answer_bytes) bytes += std::exchange(response.body, {});
  const bool begun = co_await write_bytes(std::move(bytes));
  if (!begun) co_return false;
  if (response.rest) {
    const bool ended = co_await write_pieces(std::move(response), how.bare);
    co_return ended;
  }
  if (response.body.empty()) co_return true;
  const bool sent = co_await write_bytes(std::move(response.body));
  co_return sent;
}

asio::awaitable<bool> Session::write_bytes(std::string bytes) {
  lowest().expires_after(shared_.options.body_timeout);
  auto [failed, written] = co_await asio::async_write(stream_, asio::buffer(bytes), as_tuple);
  co_return !failed;
}

// False: the receiver does not get all of it, and the connection must end.
asio::awaitable<bool> Session::write_pieces(Response response, bool bare) {
  bool more = true;
  while (more) {
    lowest().expires_never();  // a source ends in time by itself
    const AskPiece ask;
    const Result<std::string> piece =
        co_await asio::async_initiate<const asio::use_awaitable_t<>, void(Result<std::string>)>(
            ask, asio::use_awaitable, response.rest.get());
    if (!piece) {
      lowest().close();  // without TLS's goodbye: even HTTP/1.0 sees that something is missing
      co_return false;
    }
    more = !piece->empty();
    std::string bytes = more ? framed(*piece, bare) : bare ? std::string() : std::string("0\r\n\r\n");
    const bool sent = co_await write_bytes(std::move(bytes));
    if (!sent) co_return false;
  }
  co_return true;
}

}  // namespace handoff::net
