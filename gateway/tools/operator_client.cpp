#include "tools/operator_client.h"

#include <fmt/format.h>

#include "core/text.h"
#include "json/document.h"
#include "serve/files.h"

namespace handoff::gateway {
namespace {

Kind kind_of(unsigned status) {
  if (status == 400 || status == 404 || status == 405 || status == 415) return Kind::incorrect;
  if (status == 401) return Kind::unauthenticated;
  if (status == 409) return Kind::conflict;
  return status == 422 ? Kind::unprocessable : Kind::unavailable;
}

// Turns what an OperationOutcome says back into a Problem.
Problem refusal_of(const net::Response& answer) {
  Problem refused{kind_of(answer.status), {}};
  if (const auto parsed = json::parse(answer.body))
    for (const json::Value issue : parsed->root()["issue"].items())
      refused.issues.push_back(problem(refused.kind, std::string(issue["diagnostics"].text()),
                                       std::string(issue["expression"].at(0).text()))
                                   .issues.front());
  if (refused.issues.empty())
    return problem(refused.kind, fmt::format("the gateway answered {}", answer.status));
  return refused;
}

net::ClientOptions options_of(const std::filesystem::path& ca_file) {
  net::ClientOptions options;
  options.ca_file = ca_file;
  options.allowed_addresses = {"127.0.0.1", "::1"};
  return options;
}

}  // namespace

Problem unreachable(const std::string& url, const Problem& why) {
  const std::string summary = why.summary();
  const bool is_of_authority = summary.find("certificate") != std::string::npos;
  return problem(why.kind,
                 fmt::format("{}: {}{}", url, summary,
                             is_of_authority ? " (--cacert FILE names the gateway's authority)" : ""),
                 "--to");
}

OperatorClient::OperatorClient(std::string origin, std::string token, const std::filesystem::path& ca_file)
    : origin_(std::move(origin)),
      token_(std::move(token)),
      client_(std::make_unique<net::Client>(options_of(ca_file))) {}

Result<OperatorClient> OperatorClient::open(std::string to,
                                            const std::optional<std::filesystem::path>& token_file,
                                            const std::optional<std::filesystem::path>& ca_file) {
  if (!token_file) return problem(Kind::incorrect, "give --token with --to", "--token");
  if (!to.starts_with("https://"))
    return problem(Kind::incorrect, "must be the address of a gateway, https", "--to");
  while (to.ends_with('/')) to.pop_back();
  if (to.ends_with("/fhir")) to.resize(to.size() - std::string_view("/fhir").size());
  const auto text = read_secret(*token_file);
  if (!text) return text.error();
  auto token = token_of(*text, *token_file);
  if (!token) return token.error();
  return OperatorClient(std::move(to), std::move(*token), ca_file.value_or(std::filesystem::path()));
}

Result<std::string> OperatorClient::ask(const std::string& path, const std::string& body) {
  net::Headers headers = {{"Authorization", "Bearer " + token_}, {"Accept", "application/json"}};
  if (!body.empty()) headers.emplace_back("Content-Type", "application/json");
  auto answer = client_->send({body.empty() ? "GET" : "POST", origin_ + path, headers, body});
  if (!answer) return unreachable(origin_, answer.error());
  if (answer->status == 200) return std::move(answer->body);
  Problem refused = refusal_of(*answer);
  // A gateway answers this way if the caller is no operator. A server that is no gateway answers this way,
  // too.
  const std::string what = path.substr(std::string_view("/operator/").size());
  if (answer->status == 404 && refused.issues.front().expression == "http.path")
    return problem(Kind::incorrect,
                   "is not an operator's token, or the server at --to has no " +
                       what.substr(0, what.find_first_of("/?")),
                   "--token");
  return refused;
}

}  // namespace handoff::gateway
