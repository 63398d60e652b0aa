#include "disclosure/search.h"

#include <fmt/format.h>

#include <deque>

#include "disclosure/seal.h"
#include "disclosure/texts.h"
#include "store/search.h"

namespace handoff::disclosure {
namespace {

std::string link(std::string_view relation, const std::string& url) {
  return fmt::format(R"({{"relation":"{}","url":{}}})", relation, json_text(url));
}

// The client and the query that a cursor belongs to.
std::string cursor_context(const auth::Requester& requester, const search::Query& query) {
  return fmt::format("{}\n{}?{}", requester.client_id, query.type, query.text());
}

// The entries of one page. Each resource is decided by itself.
//
// The index holds tokens, references and URIs as 64-bit hashes, and does not compare them with the resource
// again. Only a writer of resources could make a collision. It would show the requester one more of the
// resources that it may see anyway. Consent does not depend on it.
class Page {
 public:
  Page(const std::string& base, const View& view) : base_(base), view_(view) {}

  // Problem: fault, if the decision hides what the search found. Nothing of the page leaves then.
  Result<void> add(const store::Version& version, std::string_view mode) {
    auto released = view_.release(version);
    if (!released) return problem(Kind::fault, "a search found a resource that the decision denies");
    entries_ += fmt::format(R"({}{{"fullUrl":{},"resource":)", entries_.empty() ? "" : ",",
                            json_text(base_ + "/" + version.type + "/" + version.id));
    write(*released, entries_);
    entries_ += fmt::format(R"(,"search":{{"mode":"{}"}}}})", mode);
    leaving_.push_back({reference_of(version), &released_.emplace_back(std::move(*released))});
    return {};
  }

  std::vector<std::string> ledger_entries() const { return view_.ledger_entries("search", leaving_); }
  const std::string& entries() const { return entries_; }

 private:
  const std::string& base_;
  const View& view_;
  std::string entries_;
  std::deque<Released> released_;
  std::vector<Leaving> leaving_;
};

std::string searchset(const std::string& base, const search::Query& query, const store::SearchResult& result,
                      const std::string& cursor, const std::string& entries) {
  const std::string text = query.text();
  const std::string self = fmt::format("{}/{}{}{}", base, query.type, text.empty() ? "" : "?", text);
  std::string out = R"({"resourceType":"Bundle","type":"searchset")";
  if (result.total) out += fmt::format(R"(,"total":{})", *result.total);
  out += R"(,"link":[)" + link("self", self);
  if (!cursor.empty())
    out += "," + link("next", fmt::format("{}{}_cursor={}", self, text.empty() ? "?" : "&", cursor));
  out += "]";
  if (!entries.empty()) out += R"(,"entry":[)" + entries + "]";
  return out + "}";
}

}  // namespace

Result<Disclosed> search(const Gate& gate, const auth::Requester& requester, const search::Query& query,
                         const Deadline& deadline) {
  const std::string context = cursor_context(requester, query);
  std::string after;
  if (query.cursor) {
    auto opened = gate.cursors().open(*query.cursor, context);
    if (!opened)
      return problem(Kind::incorrect, "is not a cursor of this client for this search, or is from before a restart; search again",
                     "http._cursor", "value");
    after = std::move(*opened);
  }
  const store::Snapshot snapshot = gate.snapshot();
  const auto view = gate.view_of(requester, snapshot);
  if (!view) return view.error();
  if (auto checked = (*view)->check(query); !checked) return checked.error();
  auto result = (*view)->find_all(query, after, deadline);
  if (!result) return result.error();
  Page page(gate.base(), **view);
  for (const store::Version& version : result->matches)
    if (auto added = page.add(version, "match"); !added) return added.error();
  for (const store::Version& version : result->included)
    if (auto added = page.add(version, "include"); !added) return added.error();
  const std::string cursor = result->next.empty() ? std::string() : gate.cursors().seal(result->next, context);
  return seal(searchset(gate.base(), query, *result, cursor, page.entries()), page.ledger_entries());
}

}  // namespace handoff::disclosure
