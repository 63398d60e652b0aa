// Searches as they leave: the page that the store found, as a searchset Bundle (R4 "bundle", "search") of stored bytes.
//
// Tokens, references and URIs are found by a 64-bit hash of what was asked for and are not compared again with the resource:
// a collision, which only whoever may write resources could make, shows a requester one more of the resources that this
// requester may see anyway; consent does not hang on it.
#include <fmt/format.h>

#include "disclosure/gate.h"
#include "json/document.h"
#include "store/search.h"

namespace handoff::disclosure {
namespace {

std::string json_text(std::string_view text) {
  json::Arena arena;
  return json::write(arena.string(text));
}

std::string link(std::string_view relation, const std::string& url) {
  return fmt::format(R"({{"relation":"{}","url":{}}})", relation, json_text(url));
}

void add_entry(std::string& out, const std::string& base, const store::Version& version, std::string_view mode) {
  out +=
      fmt::format(R"({}{{"fullUrl":{},"resource":)", out.back() == '[' ? "" : ",", json_text(base + "/" + version.type + "/" + version.id));
  out += version.body;
  out += fmt::format(R"(,"search":{{"mode":"{}"}}}})", mode);
}

std::string access_entry(const auth::Requester& requester, const search::Query& query, const store::SearchResult& result) {
  std::string resources;
  for (const auto* list : {&result.matches, &result.included})
    for (const store::Version& version : *list)
      resources += fmt::format(R"({}"{}/{}/_history/{}")", resources.empty() ? "" : ",", version.type, version.id, version.version);
  return fmt::format(R"({{"kind":"access","client":{},"basis":["policy.operator"],"type":"{}","resources":[{}],"channel":"search"}})",
                     json_text(requester.client_id), query.type, resources);
}

// Whom and what a cursor is good for.
std::string cursor_context(const auth::Requester& requester, const search::Query& query) {
  return fmt::format("{}\n{}?{}", requester.client_id, query.type, query.text());
}

std::string searchset(const std::string& base, const search::Query& query, const store::SearchResult& result, const std::string& cursor) {
  const std::string text = query.text();
  const std::string self = fmt::format("{}/{}{}{}", base, query.type, text.empty() ? "" : "?", text);
  std::string out = R"({"resourceType":"Bundle","type":"searchset")";
  if (result.total) out += fmt::format(R"(,"total":{})", *result.total);
  out += R"(,"link":[)" + link("self", self);
  if (!cursor.empty()) out += "," + link("next", fmt::format("{}{}_cursor={}", self, text.empty() ? "?" : "&", cursor));
  out += "]";
  if (result.matches.empty()) return out + "}";
  out += R"(,"entry":[)";
  for (const store::Version& version : result.matches) add_entry(out, base, version, "match");
  for (const store::Version& version : result.included) add_entry(out, base, version, "include");
  return out + "]}";
}

}  // namespace

void Gate::search(const auth::Requester& requester, const search::Query& query, Done done) const {
  if (!requester.is_operator()) return done(problem(Kind::forbidden, "this client is not served yet"));
  const std::string context = cursor_context(requester, query);
  std::string after;
  if (query.cursor) {
    auto opened = cursors_.open(*query.cursor, context);
    if (!opened)
      return done(problem(Kind::incorrect, "is not a cursor of this client for this search, or of an earlier run: search anew",
                          "http._cursor", "value"));
    after = std::move(*opened);
  }
  const store::Visibility* const everything = nullptr;
  auto result = store_.snapshot().search(query, after, everything);
  if (!result) return done(result.error());
  auto disclosed = std::make_shared<Disclosed>(Disclosed());
  const std::string cursor = result->next.empty() ? std::string() : cursors_.seal(result->next, context);
  disclosed->bytes_ = searchset(base_, query, *result, cursor);
  store::Batch batch;
  batch.ledger.push_back(access_entry(requester, query, *result));
  store_.commit(std::move(batch), [disclosed, done = std::move(done)](Result<store::Committed> committed) {
    if (!committed) return done(committed.error());
    done(std::move(*disclosed));
  });
}

}  // namespace handoff::disclosure
