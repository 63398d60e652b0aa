// Searches as they leave: the page that the store found, as a searchset Bundle (R4 "bundle", "search").
//
// Tokens, references and URIs are found by a 64-bit hash of what was asked for and are not compared again with the resource:
// a collision, which only whoever may write resources could make, shows a requester one more of the resources that this
// requester may see anyway; consent does not hang on it.
#include <fmt/format.h>

#include "consent/projection.h"
#include "consent/redaction.h"
#include "core/text.h"
#include "disclosure/gate.h"
#include "disclosure/ledger_entry.h"
#include "disclosure/texts.h"
#include "disclosure/view.h"
#include "fhir/reference.h"
#include "json/document.h"
#include "store/search.h"

namespace handoff::disclosure {
namespace {

std::string link(std::string_view relation, const std::string& url) {
  return fmt::format(R"({{"relation":"{}","url":{}}})", relation, json_text(url));
}

// Whom and what a cursor is good for.
std::string cursor_context(const auth::Requester& requester, const search::Query& query) {
  return fmt::format("{}\n{}?{}", requester.client_id, query.type, query.text());
}

// Who sees states only may not look for anything else, nor order by it, nor follow it.
Result<void> check_projected(const search::Query& query) {
  std::string refused;  // the first that is not served
  const auto check = [&](std::string_view type, std::string_view code, std::string_view name) {
    if (refused.empty() && !consent::is_searchable(type, code)) refused = name;
  };
  search::for_each_parameter({query.where}, query.type, [&](std::string_view type, std::string_view name) {
    check(type, name.substr(0, name.find(':')), name);
  });
  if (query.sort.asked) check(query.type, query.sort.by ? std::string_view(query.sort.by->code) : "_lastUpdated", "_sort");
  for (const search::Include& include : query.includes) check(include.source, include.code, include.reverse ? "_revinclude" : "_include");
  if (refused.empty()) return {};
  return problem(Kind::incorrect, "is not served to this client's role", "http." + refused, "not-supported");
}

// The entries of one page, decided one by one.
class Page {
 public:
  Page(const std::string& base, const View* view) : base_(base), view_(view) {}

  // Problem: fault, if the search gave what the decision does not: nothing of the page leaves.
  Result<void> add(const store::Version& version, std::string_view mode) {
    references_.push_back(reference_of(version));
    entries_ += fmt::format(R"({}{{"fullUrl":{},"resource":)", entries_.empty() ? "" : ",",
                            json_text(base_ + "/" + version.type + "/" + version.id));
    if (!view_) {
      entries_ += version.body;
    } else {
      auto released = view_->release(version);
      if (!released) return problem(Kind::fault, "a search gave what the decision on the resource does not");
      json::write(released->resource, entries_);
      released_.push_back(std::move(*released));
    }
    entries_ += fmt::format(R"(,"search":{{"mode":"{}"}}}})", mode);
    return {};
  }

  std::vector<std::string> ledger_entries(const auth::Requester& requester) const {
    if (!view_) return {custodian_entry(requester, "search", references_)};
    std::vector<Leaving> leaving;
    for (std::size_t i = 0; i < released_.size(); ++i) leaving.push_back({references_[i], &released_[i]});
    return disclosure_entries({requester.client_id, view_->audience().recipient, view_->audience().purpose, "search", {}}, leaving);
  }
  const std::string& entries() const { return entries_; }

 private:
  const std::string& base_;
  const View* const view_;
  std::string entries_;
  std::vector<std::string> references_;
  std::vector<Released> released_;
};

std::string searchset(const std::string& base, const search::Query& query, const store::SearchResult& result, const std::string& cursor,
                      const std::string& entries) {
  const std::string text = query.text();
  const std::string self = fmt::format("{}/{}{}{}", base, query.type, text.empty() ? "" : "?", text);
  std::string out = R"({"resourceType":"Bundle","type":"searchset")";
  if (result.total) out += fmt::format(R"(,"total":{})", *result.total);
  out += R"(,"link":[)" + link("self", self);
  if (!cursor.empty()) out += "," + link("next", fmt::format("{}{}_cursor={}", self, text.empty() ? "?" : "&", cursor));
  out += "]";
  if (!entries.empty()) out += R"(,"entry":[)" + entries + "]";
  return out + "}";
}

}  // namespace

Result<Disclosed> Gate::search(const auth::Requester& requester, const search::Query& query, const Deadline& deadline) const {
  const std::string context = cursor_context(requester, query);
  std::string after;
  if (query.cursor) {
    auto opened = cursors_.open(*query.cursor, context);
    if (!opened)
      return problem(Kind::incorrect, "is not a cursor of this client for this search, or of an earlier run: search anew", "http._cursor",
                     "value");
    after = std::move(*opened);
  }
  const store::Snapshot snapshot = store_.snapshot();
  std::optional<View> view;
  std::optional<search::Query> seen;  // the query as far as the requester may ask it
  if (!requester.is_operator()) {
    const auto audience = audience_of(requester);
    if (!audience) return audience.error();
    if (audience->projected)
      if (auto checked = check_projected(query); !checked) return checked.error();
    view.emplace(snapshot, scope(*audience), *audience, clock_.now(), names_now());
    seen = search::without_references(query, [&](const std::string& reference) {
      const auto parts = fhir::split_reference(reference);
      return parts && consent::may_be_hidden(reference) && !view->sees(parts->type, parts->id);
    });
  }
  auto result = snapshot.searches().search(seen ? *seen : query, after, view ? &*view : nullptr, deadline);
  if (!result) return result.error();
  Page page(base_, view ? &*view : nullptr);
  for (const store::Version& version : result->matches)
    if (auto added = page.add(version, "match"); !added) return added.error();
  for (const store::Version& version : result->included)
    if (auto added = page.add(version, "include"); !added) return added.error();
  Disclosed disclosed;
  disclosed.entries_ = page.ledger_entries(requester);
  const std::string cursor = result->next.empty() ? std::string() : cursors_.seal(result->next, context);
  disclosed.bytes_ = searchset(base_, query, *result, cursor, page.entries());
  return disclosed;
}

}  // namespace handoff::disclosure
