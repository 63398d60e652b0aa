#include "rest/http/bundle_response.h"

#include <fmt/format.h>

#include "core/civil.h"
#include "json/document.h"
#include "json/writer.h"
#include "rest/http/http_date.h"
#include "rest/http/outcome.h"

namespace handoff::rest {
namespace {

std::string_view header(const net::Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers)
    if (net::equal_ignoring_case(key, name)) return value;
  return {};
}

}  // namespace

std::string EntryResponse::to_json() const {
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  if (!resource.empty()) writer.key("resource").raw(resource);
  writer.key("response").begin_object();
  writer.key("status").text(fmt::format("{} {}", status, net::reason_phrase(status)));
  if (!location.empty()) writer.key("location").text(location);
  if (!version.empty()) writer.key("etag").text(format_etag(version));
  if (updated) writer.key("lastModified").text(format_instant(*updated));
  if (!outcome.empty()) writer.key("outcome").raw(outcome);
  writer.end_object().end_object();
  return out;
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
  std::string body;
  json::Writer writer(body);
  writer.begin_object().key("resourceType").text("Bundle").key("type").text(type);
  if (!entries.empty()) {
    writer.key("entry").begin_array();
    for (const std::string& entry : entries) writer.raw(entry);
    writer.end_array();
  }
  writer.end_object();
  return {200, {{"Content-Type", std::string(fhir_json)}}, std::move(body)};
}

}  // namespace handoff::rest
