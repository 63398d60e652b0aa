#include "disclosure/search.h"

#include <fmt/format.h>

#include "disclosure/bundle.h"
#include "store/search.h"

// The index holds tokens, references and URIs as 64-bit hashes, and they are not compared again with the
// resource. A collision, which only a writer of resources could make, shows the requester one more of the
// resources that it may see anyway. Consent does not depend on it.
namespace handoff::disclosure {
namespace {

// The client and the query that a cursor belongs to.
std::string cursor_context(const auth::Requester& requester, const search::Query& query) {
  return fmt::format("{}\n{}?{}", requester.client_id, query.type, query.text());
}

void link(BundleContent& content, const std::string& base, const search::Query& query,
          const std::string& cursor) {
  const std::string text = query.text();
  content.self = fmt::format("{}/{}{}{}", base, query.type, text.empty() ? "" : "?", text);
  if (!cursor.empty())
    content.next = fmt::format("{}{}_cursor={}", content.self, text.empty() ? "?" : "&", cursor);
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
  BundleContent content{"search", "searchset", result->total, {}, {}, std::move(result->matches), {}};
  link(content, gate.base(), query, cursor);
  const std::size_t matches = content.versions.size();
  content.versions.insert(content.versions.end(), result->included.begin(), result->included.end());
  content.write = [base = gate.base(), matches](std::size_t place, const store::Version& version,
                                                const Released& released, json::Writer& writer) {
    writer.key("fullUrl").text(base + "/" + version.type + "/" + version.id).key("resource");
    write(released, writer);
    const std::string_view mode = place < matches ? "match" : "include";
    writer.key("search").begin_object().key("mode").text(mode).end_object();
  };
  view->reset();  // before the snapshot moves
  return bundle_of(gate, requester, std::move(snapshot), std::move(content));
}

}  // namespace handoff::disclosure
