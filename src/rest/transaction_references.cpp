// References within a transaction Bundle (R4 "http", transaction: replacing references; "references": conditional ones).
#include <fmt/format.h>

#include <map>

#include "fhir/reference.h"
#include "rest/outcome.h"
#include "rest/transaction_bundle.h"

namespace handoff::rest {
namespace {

using json::Value;

// Where a reference with this text stands below `value`: ".subject", ".performer[0].actor"; empty if nowhere.
std::string place_of_reference(Value value, std::string_view text) {
  if (value["reference"].is_string() && value["reference"].text() == text) return ".reference";
  for (const json::Member& member : value.members()) {
    if (auto below = place_of_reference(member.value, text); !below.empty()) return fmt::format(".{}{}", member.key, below);
    for (std::size_t i = 0; i < member.value.items().size(); ++i)
      if (auto below = place_of_reference(member.value.at(i), text); !below.empty()) return fmt::format(".{}[{}]{}", member.key, i, below);
  }
  return {};
}

class Rewriter {
 public:
  Rewriter(const std::vector<BundleEntry>& entries, const Conditions& conditions) : conditions_(conditions) {
    for (const BundleEntry& entry : entries)
      if (!entry.full_url.empty()) by_full_url_.emplace(entry.full_url, entry.type + "/" + entry.id);
  }

  // What stands in for `text`; nothing if it stays, and then `failed` may say why it must not.
  std::optional<std::string> target_of(std::string_view text) {
    if (failed_) return std::nullopt;
    if (const auto known = by_full_url_.find(text); known != by_full_url_.end()) return known->second;
    if (text.starts_with("urn:uuid:") || text.starts_with("urn:oid:"))
      return fail(text, problem(Kind::incorrect, "no entry of the Bundle has this fullUrl", {}, "not-found"));
    const auto mark = text.find('?');
    if (mark == text.npos || !conditions_.definitions.find_resource(text.substr(0, mark))) return std::nullopt;
    return find(text, text.substr(0, mark), text.substr(mark + 1));
  }

  const std::optional<Problem>& failed() const { return failed_; }
  const std::string& failed_text() const { return failed_text_; }

 private:
  std::optional<std::string> find(std::string_view text, std::string_view type, std::string_view query) {
    if (const auto known = found_.find(text); known != found_.end()) return known->second;
    const auto identifier = parse_identifier_query(query, {});
    if (!identifier) return fail(text, identifier.error());
    if (!auth::allows(conditions_.scopes, type, 's'))
      return fail(text, problem(Kind::forbidden, fmt::format("no scope of the token allows to search {}", type)));
    const auto found = find_by_identifier(conditions_.snapshot, conditions_.definitions, type, *identifier, conditions_.seen);
    if (found.empty()) return fail(text, problem(Kind::precondition, "no resource has this identifier", {}, "not-found"));
    if (found.size() > 1)
      return fail(text, problem(Kind::precondition, "more than one resource has this identifier", {}, "multiple-matches"));
    return found_.emplace(text, fmt::format("{}/{}", type, found.front().id)).first->second;
  }

  std::nullopt_t fail(std::string_view text, Problem why) {
    failed_ = std::move(why);
    failed_text_ = text;
    return std::nullopt;
  }

  const Conditions& conditions_;
  std::map<std::string, std::string, std::less<>> by_full_url_;
  std::map<std::string, std::string, std::less<>> found_;
  std::optional<Problem> failed_;
  std::string failed_text_;
};

}  // namespace

Result<void> rewrite_references(json::Arena& arena, std::vector<BundleEntry>& entries, const Conditions& conditions) {
  Rewriter rewriter(entries, conditions);
  for (BundleEntry& entry : entries) {
    if (entry.existing || !entry.resource) continue;  // not written, so what it says does not matter
    const Value before = entry.resource;
    entry.resource = fhir::rewrite_references(arena, before, [&rewriter](std::string_view text) { return rewriter.target_of(text); });
    if (!rewriter.failed()) continue;
    Problem why = *rewriter.failed();
    why.issues.front().expression = entry.place("resource") + place_of_reference(before, rewriter.failed_text());
    return why;
  }
  return {};
}

}  // namespace handoff::rest
