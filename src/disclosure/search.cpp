#include "disclosure/search.h"

#include <fmt/format.h>

#include "disclosure/bundle.h"
#include "disclosure/texts.h"
#include "store/search.h"

// The index holds tokens, references and URIs as 64-bit hashes, and they are not compared again with the
// resource. A collision, which only a writer of resources could make, shows the requester one more of the
// resources that it may see anyway. Consent does not depend on it.
namespace handoff::disclosure {
namespace {

std::string link(std::string_view relation, const std::string& url) {
  return fmt::format(R"({{"relation":"{}","url":{}}})", relation, json_text(url));
}

// The client and the query that a cursor belongs to.
std::string cursor_context(const auth::Requester& requester, const search::Query& query) {
  return fmt::format("{}\n{}?{}", requester.client_id, query.type, query.text());
}

std::string head_of(const std::string& base, const search::Query& query, const store::SearchResult& result,
                    const std::string& cursor) {
  const std::string text = query.text();
  const std::string self = fmt::format("{}/{}{}{}", base, query.type, text.empty() ? "" : "?", text);
  std::string out = R"({"resourceType":"Bundle","type":"searchset")";
  if (result.total) out += fmt::format(R"(,"total":{})", *result.total);
  out += R"(,"link":[)" + link("self", self);
  if (!cursor.empty())
    out += "," + link("next", fmt::format("{}{}_cursor={}", self, text.empty() ? "?" : "&", cursor));
  return out + "]";
}

}  // namespace

Result<Disclosed> search(const Gate& gate, const auth::Requester& requester, const search::Query& query,
                         const Deadline& deadline) {
  const std::string context = cursor_context(requester, query);
  std::string after;
  if (query.cursor) {
    auto opened = gate.cursors().open(*query.cursor, context);
    if (!opened)
      return problem(
          Kind::incorrect,
          "is not a cursor of this client for this search, or is from before a restart; search again",
          "http._cursor", "value");
    after = std::move(*opened);
  }
  store::Snapshot snapshot = gate.snapshot();
  auto view = gate.view_of(requester, snapshot);
  if (!view) return view.error();
  if (auto checked = (*view)->check(query); !checked) return checked.error();
  auto result = (*view)->find_all(query, after, deadline);
  if (!result) return result.error();
  const std::string cursor =
      result->next.empty() ? std::string() : gate.cursors().seal(result->next, context);
  BundleContent content{
      "search", head_of(gate.base(), query, *result, cursor), std::move(result->matches), {}};
  const std::size_t matches = content.versions.size();
  content.versions.insert(content.versions.end(), result->included.begin(), result->included.end());
  content.write = [base = gate.base(), matches](std::size_t place, const store::Version& version,
                                                const Released& released, std::string& out) {
    out +=
        fmt::format(R"({{"fullUrl":{},"resource":)", json_text(base + "/" + version.type + "/" + version.id));
    write(released, out);
    out += fmt::format(R"(,"search":{{"mode":"{}"}}}})", place < matches ? "match" : "include");
  };
  view->reset();  // before the snapshot moves
  return bundle_of(gate, requester, std::move(snapshot), std::move(content));
}

}  // namespace handoff::disclosure
