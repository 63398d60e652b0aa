#include "tools/load_sender.h"

#include <fmt/format.h>

#include <thread>

#include "core/number.h"
#include "core/text.h"
#include "json/document.h"
#include "serve/files.h"

namespace handoff::gateway {
namespace {

constexpr std::size_t attempts_max = 8;
constexpr std::chrono::milliseconds first_delay{100};
constexpr std::chrono::milliseconds longest_delay{10'000};
constexpr std::chrono::seconds token_reserve{30};

net::ClientOptions client_options(const LoadOptions& options) {
  net::ClientOptions http;
  if (options.token.ca_file) http.ca_file = *options.token.ca_file;
  else if (!options.token.data.empty()) http.ca_file = options.token.data / "ca.pem";
  http.allowed_addresses = {"127.0.0.1", "::1"};
  return http;
}

// The answer says that nothing was written, and that a later attempt may succeed.
bool is_passing(unsigned status) { return status == 409 || status == 429 || status == 503; }

}  // namespace

std::string refusal_text(const net::Response& answer) {
  std::string why = std::to_string(answer.status);
  if (const auto outcome = json::parse(answer.body))
    for (const json::Value issue : outcome->root()["issue"].items())
      why += fmt::format(" {}{}{}", issue["expression"].at(0).text(),
                         issue["expression"].size() > 0 ? ": " : "", issue["diagnostics"].text());
  return why;
}

std::chrono::milliseconds load_delay(const net::Response* answer, std::size_t attempt) {
  if (answer)
    for (const auto& [name, value] : answer->headers) {
      const auto seconds = parse_number<int>(value);
      if (net::equal_ignoring_case(name, "Retry-After") && seconds && *seconds >= 0)
        return std::min<std::chrono::milliseconds>(std::chrono::seconds{*seconds}, longest_delay);
    }
  return std::min(first_delay * (1 << std::min<std::size_t>(attempt - 1, 10)), longest_delay);
}

Result<std::string> LoadTokens::get() {
  const std::lock_guard hold(mutex_);
  const Instant now = SystemClock().now();
  if (token_ && token_->expires > now + token_reserve) return token_->access_token;
  if (options_.token_file) {
    auto text = read_secret(*options_.token_file);
    if (!text) return text.error();
    auto token = token_of(*text, *options_.token_file);
    if (!token) return token.error();
    token_ = ClientToken{std::move(*token), Instant::max()};
    return token_->access_token;
  }
  auto fetched = fetch_token(options_.token);
  if (!fetched) return fetched.error();
  token_ = std::move(*fetched);
  return token_->access_token;
}

bool LoadTokens::drop(const std::string& token) {
  const std::lock_guard hold(mutex_);
  if (!token_ || token_->access_token != token) return true;  // another connection was faster
  if (options_.token_file || dropped_) return false;
  dropped_ = true;
  token_.reset();
  return true;
}

LoadSender::LoadSender(const LoadOptions& options, LoadTokens& tokens)
    : options_(options), tokens_(tokens), client_(client_options(options)) {}

Sent LoadSender::send(const LoadItem& item) {
  for (std::size_t attempt = 1;; ++attempt) {
    const std::size_t repeats = attempt - 1;
    const auto token = tokens_.get();
    if (!token) return {Sent::Fate::given_up, token.error().summary(), repeats};
    const auto answer =
        client_.send({item.method,
                      options_.to + item.path,
                      {{"Content-Type", "application/fhir+json"}, {"Authorization", "Bearer " + *token}},
                      item.body});
    if (answer && answer->status >= 200 && answer->status < 300) return {Sent::Fate::loaded, {}, repeats};
    if (!answer && (answer.error().kind != Kind::unavailable || attempt == attempts_max))
      return {Sent::Fate::given_up, answer.error().summary(), repeats};
    // Nobody knows whether the item was written. An item that must not come twice is not sent again.
    if (!answer && !item.repeatable)
      return {Sent::Fate::refused, answer.error().summary() + "; the gateway may have stored it", repeats};
    if (answer && answer->status == 401 && !tokens_.drop(*token))
      return {Sent::Fate::given_up, refusal_text(*answer), repeats};
    if (answer && answer->status != 401 && (!is_passing(answer->status) || attempt == attempts_max))
      return {Sent::Fate::refused, refusal_text(*answer), repeats};
    if (!answer || answer->status != 401)
      std::this_thread::sleep_for(load_delay(answer ? &*answer : nullptr, attempt));
  }
}

}  // namespace handoff::gateway
