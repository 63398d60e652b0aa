#include "rest/http/bundle_response.h"

#include <fmt/format.h>

#include "core/civil.h"
#include "json/document.h"
#include "rest/http/http_date.h"
#include "rest/http/outcome.h"

namespace handoff::rest {
namespace {

std::string text_of(std::string_view text) {
  json::Arena arena;
  return json::write(arena.string(text));
}

std::string_view header(const net::Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers)
    if (net::equal_ignoring_case(key, name)) return value;
  return {};
}

}  // namespace

std::string EntryResponse::to_json() const {
  std::string out = "{";
  if (!resource.empty()) out += "\"resource\":" + resource + ",";
  out += R"("response":{"status":)" + text_of(fmt::format("{} {}", status, net::reason_phrase(status)));
  if (!location.empty()) out += ",\"location\":" + text_of(location);
  if (!version.empty()) out += ",\"etag\":" + text_of(format_etag(version));
  if (updated) out += ",\"lastModified\":" + text_of(format_instant(*updated));
  if (!outcome.empty()) out += ",\"outcome\":" + outcome;
  return out + "}}";
}

EntryResponse entry_response(const net::Response& response) {
  EntryResponse entry;
  entry.status = response.status;
  entry.location = header(response, "Location");
  entry.version = version_in_etag(header(response, "ETag")).value_or(std::string());
  entry.updated = parse_http_date(header(response, "Last-Modified"));
  const auto body = json::parse(response.body);
  if (!body) return entry;
  (body->root()["resourceType"].text() == "OperationOutcome" ? entry.outcome : entry.resource) =
      response.body;
  return entry;
}

net::Response bundle_answer(std::string_view type, const std::vector<std::string>& entries) {
  std::string body = fmt::format(R"({{"resourceType":"Bundle","type":"{}")", type);
  for (std::size_t i = 0; i < entries.size(); ++i) body += (i == 0 ? ",\"entry\":[" : ",") + entries[i];
  body += entries.empty() ? "}" : "]}";
  return {200, {{"Content-Type", std::string(fhir_json)}}, std::move(body)};
}

}  // namespace handoff::rest
