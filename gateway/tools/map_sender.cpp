#include "tools/map_sender.h"

#include <fmt/format.h>

#include <thread>

#include "core/limits.h"
#include "core/number.h"
#include "core/text.h"
#include "json/document.h"
#include "mapping/format.h"
#include "serve/files.h"
#include "tools/load_sender.h"
#include "tools/operator_client.h"

namespace handoff::gateway {
namespace {

constexpr std::chrono::milliseconds answer_timeout{90'000};  // the gateway's own limit is 30 s by default
constexpr std::size_t attempts_max = 5;                      // attempts without progress

// "https://host/fhir" → "https://host/intake/corrections/referrals"
std::string intake_url(std::string origin, const std::string& mapping) {
  while (origin.ends_with('/')) origin.pop_back();
  constexpr std::string_view base = "/fhir";
  if (origin.ends_with(base)) origin.resize(origin.size() - base.size());
  return origin + "/intake/" + mapping;
}

std::size_t number(json::Value report, std::string_view name) {
  return parse_number<std::size_t>(report[name].text()).value_or(0);
}

void add(json::Value taken, const std::string& file, MapReport& report) {
  report.records += number(taken, "records");
  report.mapped += number(taken, "mapped");
  report.duplicates += number(taken, "duplicates");
  report.empty += number(taken, "empty");
  report.waiting += number(taken, "waiting");
  report.review += number(taken, "review");
  report.later += number(taken, "later");
  const auto reject = [&](json::Value one, const std::string& of) {
    report.reject(of, {number(one, "record"), std::string(one["key"].text()),
                       std::string(one["field"].text()), std::string(one["value"].text()),
                       std::string(one["reason"].text()), std::string(one["mapping"].text())});
  };
  for (const json::Value one : taken["rejected"].items()) reject(one, file);
  // These had waited for the records of this file.
  for (const json::Value one : taken["woken"]["rejected"].items())
    reject(one, std::string(one["feed"].text()));
}

// Why the gateway refuses the file or its sender.
Problem refusal(const net::Response& answer, const std::string& url) {
  const bool is_of_path = answer.status == 404;
  if (answer.status == 401)
    return problem(
        Kind::unauthenticated,
        fmt::format("{} answered {}: the token is not accepted, or has expired", url, refusal_text(answer)),
        "--token");
  if (is_of_path && answer.body.find("there is no mapping") == std::string::npos)
    return problem(
        Kind::incorrect,
        fmt::format("{} answered {}: is the token an operator's, and --to the base (https://host/fhir)?", url,
                    refusal_text(answer)),
        "--to");
  const Kind kind = answer.status >= 500 ? Kind::unavailable : Kind::incorrect;
  return problem(kind, fmt::format("{} answered {}", url, refusal_text(answer)));
}

}  // namespace

MapSender::MapSender(std::string url, std::string token, net::ClientOptions options)
    : url_(std::move(url)), token_(std::move(token)), client_(std::move(options)) {}

Result<std::unique_ptr<MapSender>> MapSender::open(const MapTarget& target) {
  if (!target.url.starts_with("https://")) return problem(Kind::incorrect, "must be an https URL", "--to");
  if (target.token_file.empty())
    return problem(Kind::incorrect, "a gateway needs a token: --token FILE", "--token");
  const auto text = read_file(target.token_file);
  if (!text) return text.error();
  auto token = token_of(*text, target.token_file);
  if (!token) return token.error();
  net::ClientOptions client;
  client.ca_file = target.ca_file;
  client.allowed_addresses = {"127.0.0.1", "::1"};
  client.timeout = answer_timeout;
  client.answer_bytes_max = 4 * limits::http_body_bytes_max;  // a report may be longer than its file
  return std::unique_ptr<MapSender>(
      new MapSender(intake_url(target.url, target.mapping), std::move(*token), std::move(client)));
}

Result<void> MapSender::send(const std::filesystem::path& file, MapReport& report) {
  auto bytes = read_file(file);
  if (!bytes) return bytes.error();
  if (bytes->size() > limits::http_body_bytes_max)
    return problem(
        Kind::incorrect,
        fmt::format("is longer than {} MiB, the most that a gateway takes at once: send it in parts",
                    limits::http_body_bytes_max >> 20),
        file.string());
  std::string last_refusal;
  for (std::size_t attempt = 1;; ++attempt) {
    const std::string type(mapping::media_type_of(file));
    const net::Headers headers = {{"Content-Type", type}, {"Authorization", "Bearer " + token_}};
    const auto answer = client_.send({"POST", url_, headers, *bytes});
    if (!answer) return unreachable(url_, answer.error());
    if (answer->status == 200) {
      const auto parsed = json::parse(answer->body);
      if (!parsed) return problem(Kind::unavailable, fmt::format("{} gave no report", url_));
      add(parsed->root(), file.filename().string(), report);
      return {};
    }
    const bool is_passing = answer->status == 503 || answer->status == 429 || answer->status == 504;
    std::string why = refusal_text(*answer);
    if (why != last_refusal) attempt = 1;  // it says how much is left: less than before
    if (!is_passing || attempt == attempts_max) return refusal(*answer, url_);
    last_refusal = std::move(why);
    std::this_thread::sleep_for(load_delay(&*answer, attempt));
  }
}

}  // namespace handoff::gateway
