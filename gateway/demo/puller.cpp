#include "demo/puller.h"

#include <fmt/format.h>

#include <deque>

#include "json/document.h"
#include "serve/files.h"

namespace handoff::gateway {
namespace {

// A sandbox's gateway is here. No other is asked.
constexpr std::string_view own_machine = "https://127.0.0.1:";
constexpr std::chrono::seconds token_margin{30};  // a token may expire on its way

std::string origin_of(std::string_view base) {
  return std::string(base.substr(0, base.find('/', own_machine.size())));
}

std::string client_id_of(std::string organization) {
  for (char& c : organization) c = c >= 'A' && c <= 'Z' ? char(c + 32) : c;
  return organization;
}

Result<auth::Key> read_key(const std::filesystem::path& file) {
  const auto text = read_file(file);
  if (!text) return text.error();
  const auto parsed = json::parse(*text);
  if (!parsed) return parsed.error();
  return auth::Key::from_jwk(parsed->root());
}

Result<std::string> token_endpoint(net::Client& http, const std::string& base) {
  const auto answer =
      http.send({"GET", base + "/.well-known/smart-configuration", {{"Accept", "application/json"}}, {}});
  if (!answer) return answer.error();
  const auto parsed = json::parse(answer->body);
  if (answer->status != 200 || !parsed)
    return problem(Kind::unavailable, fmt::format("the SMART configuration was answered {}", answer->status));
  std::string url(parsed->root()["token_endpoint"].text());
  if (!url.starts_with(origin_of(base) + "/"))
    return problem(Kind::unavailable, "the token endpoint is on another server");
  return url;
}

}  // namespace

Result<std::string> Puller::pull(net::Client& http, const std::string& organization, const Notice& notice) {
  if (!notice.base.starts_with(own_machine))
    return problem(Kind::forbidden, "the notification's base is not on this machine");
  std::deque<json::Document> answers;
  std::vector<json::Value> searchsets;
  for (const std::string& search : searches_of(notice)) {
    auto found = find(http, organization, notice.base, search);
    if (!found) return found.error();
    answers.push_back(std::move(*found));
    searchsets.push_back(answers.back().root());
  }
  json::Arena arena;
  return json::write(only_named(arena, searchsets, notice));
}

Result<json::Document> Puller::find(net::Client& http, const std::string& organization,
                                    const std::string& base, const std::string& search) {
  Result<net::Response> answer = problem(Kind::unavailable, "not asked yet");
  for (const bool fresh : {false, true}) {  // a restarted gateway knows no older token
    const auto bearer = token(http, organization, base, fresh);
    if (!bearer) return bearer.error();
    answer = http.send({"GET",
                        base + "/" + search,
                        {{"Accept", "application/fhir+json"}, {"Authorization", "Bearer " + *bearer}},
                        {}});
    if (!answer) return answer.error();
    if (answer->status != 401) break;
  }
  auto parsed = json::parse(answer->body);
  if (answer->status != 200 || !parsed || parsed->root()["type"].text() != "searchset")
    return problem(Kind::unavailable, fmt::format("the search was answered {}", answer->status));
  return parsed;
}

Result<std::string> Puller::token(net::Client& http, const std::string& organization, const std::string& base,
                                  bool fresh) {
  {
    const std::lock_guard hold(mutex_);
    const auto known = tokens_.find(organization + " " + base);
    if (!fresh && known != tokens_.end() && known->second.expires > machine_.now() + token_margin)
      return known->second.access_token;
  }
  return ask(http, organization, base);
}

Result<std::string> Puller::ask(net::Client& http, const std::string& organization, const std::string& base) {
  const std::string client_id = client_id_of(organization);
  const auto key = read_key(data_ / (client_id + ".jwk.json"));
  if (!key) return problem(Kind::not_found, "no key of its own: " + key.error().summary());
  const auto url = token_endpoint(http, base);
  if (!url) return url.error();
  auto token = ask_token(http, *key, client_id, *url, {}, machine_.now());
  if (!token) return problem(Kind::unavailable, token.error().summary());
  const std::lock_guard hold(mutex_);
  return (tokens_[organization + " " + base] = std::move(*token)).access_token;
}

}  // namespace handoff::gateway
