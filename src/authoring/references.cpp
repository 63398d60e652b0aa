#include "authoring/references.h"

#include <fmt/format.h>

#include <map>

#include "fhir/reference.h"

namespace handoff::authoring {
namespace {

using json::Value;

// The place of a reference with this text below `value`: ".subject", ".performer[0].actor". Empty if there is
// none.
std::string place_of_reference(Value value, std::string_view text) {
  if (value["reference"].is_string() && value["reference"].text() == text) return ".reference";
  for (const json::Member& member : value.members()) {
    if (auto below = place_of_reference(member.value, text); !below.empty())
      return fmt::format(".{}{}", member.key, below);
    for (std::size_t i = 0; i < member.value.items().size(); ++i)
      if (auto below = place_of_reference(member.value.at(i), text); !below.empty())
        return fmt::format(".{}[{}]{}", member.key, i, below);
  }
  return {};
}

class Resolver {
 public:
  Resolver(const std::vector<Entry>& entries, const std::vector<Resolved>& resolved, const Author& author)
      : author_(author) {
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (entries[i].full_url.empty()) continue;
      const std::string& id = resolved[i].found ? resolved[i].found->id : entries[i].id;
      by_full_url_.emplace(entries[i].full_url, entries[i].type + "/" + id);
    }
  }

  // What replaces the reference. Nothing if it stays; `failed` then says why, if it must not stay.
  std::optional<std::string> target_of(std::string_view text) {
    if (failed_) return std::nullopt;
    if (const auto known = by_full_url_.find(text); known != by_full_url_.end()) return known->second;
    if (text.starts_with("urn:uuid:") || text.starts_with("urn:oid:"))
      return fail(text, problem(Kind::incorrect, "no entry of the Bundle has this fullUrl", {}, "not-found"));
    const auto mark = text.find('?');
    if (mark == text.npos || !author_.definitions.find_resource(text.substr(0, mark))) return std::nullopt;
    return find_target(text, text.substr(0, mark), text.substr(mark + 1));
  }

  const std::optional<Problem>& failed() const { return failed_; }
  const std::string& failed_text() const { return failed_text_; }

 private:
  std::optional<std::string> find_target(std::string_view text, std::string_view type,
                                         std::string_view query) {
    if (const auto known = found_.find(text); known != found_.end()) return known->second;
    const auto condition = parse_condition(author_.definitions, type, query, {});
    if (!condition) return fail(text, condition.error());
    if (!auth::allows(author_.requester.scopes, type, 's'))
      return fail(text,
                  problem(Kind::forbidden, fmt::format("no scope of the token allows to search {}", type)));
    const Result<std::vector<store::Version>> searched =
        author_.view ? find(**author_.view, *condition, author_.deadline) : std::vector<store::Version>{};
    if (!searched) return fail(text, searched.error());
    const std::vector<store::Version>& found = *searched;
    if (found.empty())
      return fail(text, problem(Kind::precondition, "no resource has this identifier", {}, "not-found"));
    if (found.size() > 1)
      return fail(text, problem(Kind::precondition, "more than one resource has this identifier", {},
                                "multiple-matches"));
    return found_.emplace(text, fmt::format("{}/{}", type, found.front().id)).first->second;
  }

  std::nullopt_t fail(std::string_view text, Problem why) {
    failed_ = std::move(why);
    failed_text_ = text;
    return std::nullopt;
  }

  const Author& author_;
  std::map<std::string, std::string, std::less<>> by_full_url_;
  std::map<std::string, std::string, std::less<>> found_;
  std::optional<Problem> failed_;
  std::string failed_text_;
};

}  // namespace

Result<void> resolve_references(json::Arena& arena, std::vector<Entry>& entries,
                                const std::vector<Resolved>& resolved, const Author& author) {
  Resolver resolver(entries, resolved, author);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    Entry& entry = entries[i];
    if (resolved[i].found || !entry.resource) continue;  // not written, so its references do not matter
    const json::Value before = entry.resource;
    entry.resource = fhir::rewrite_references(
        arena, before, [&resolver](std::string_view text) { return resolver.target_of(text); });
    if (!resolver.failed()) continue;
    Problem why = *resolver.failed();
    why.issues.front().expression =
        entry.places.resource + place_of_reference(before, resolver.failed_text());
    return why;
  }
  return {};
}

}  // namespace handoff::authoring
