#include "authoring/references.h"

#include <fmt/format.h>

#include <map>

#include "fhir/links.h"
#include "fhir/reference.h"
#include "store/resources.h"

namespace handoff::authoring {
namespace {

using json::Value;

// "https://a/fhir" of "https://a/fhir/Patient/1". Empty if it is no address of a resource.
std::string_view root_of(std::string_view full_url) {
  const bool is_address = full_url.starts_with("https://") || full_url.starts_with("http://");
  const auto id = full_url.rfind('/');
  const auto type = id == full_url.npos || id == 0 ? full_url.npos : full_url.rfind('/', id - 1);
  return is_address && type != full_url.npos ? full_url.substr(0, type) : std::string_view{};
}

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
      const Entry& entry = entries[i];
      if (entry.full_url.empty()) continue;
      const std::string& id = resolved[i].found ? resolved[i].found->id : entry.id;
      by_full_url_.emplace(entry.full_url, Target{entry.type + "/" + id, version_of(entry, resolved[i])});
    }
  }

  // What replaces the reference of an entry with this fullUrl. Nothing if it stays; `failed` then says why,
  // if it must not stay.
  std::optional<std::string> target_of(std::string_view text, std::string_view full_url) {
    if (failed_) return std::nullopt;
    if (auto entry = entry_of(text, full_url)) return entry;
    if (text.starts_with("urn:uuid:") || text.starts_with("urn:oid:"))
      return fail(text, problem(Kind::incorrect, "no entry of the Bundle has this fullUrl", {}, "not-found"));
    const auto mark = text.find('?');
    if (mark == text.npos) return std::nullopt;
    std::string_view type = text.substr(0, mark);
    if (type.starts_with(author_.base) && type.substr(author_.base.size()).starts_with('/'))
      type.remove_prefix(author_.base.size() + 1);
    if (!author_.definitions.find_resource(type)) return std::nullopt;
    return find_target(text, type, text.substr(mark + 1));
  }

  // The entry whose fullUrl this is, with its version if the text names one. A relative reference stands
  // below the root of the fullUrl of its own entry.
  std::optional<std::string> entry_of(std::string_view text, std::string_view full_url) const {
    const auto history = text.find("/_history/");
    const std::string_view plain = text.substr(0, history);
    auto known = by_full_url_.find(plain);
    const std::string_view root = root_of(full_url);
    if (known == by_full_url_.end() && !root.empty() && fhir::split_reference(plain))
      known = by_full_url_.find(fmt::format("{}/{}", root, plain));
    if (known == by_full_url_.end()) return std::nullopt;
    if (history == text.npos) return known->second.reference;
    return fmt::format("{}/_history/{}", known->second.reference, known->second.version);
  }

  const std::optional<Problem>& failed() const { return failed_; }
  const std::string& failed_text() const { return failed_text_; }

 private:
  struct Target {
    std::string reference;
    std::uint32_t version;
  };

  // The version that the entry will have.
  std::uint32_t version_of(const Entry& entry, const Resolved& resolved) const {
    if (resolved.found) return resolved.found->version;
    const auto current = author_.snapshot.resources().read(entry.type, entry.id);
    return current ? current->version + 1 : 1;
  }

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
  std::map<std::string, Target, std::less<>> by_full_url_;
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
    const fhir::Relinking links{
        [&](std::string_view text) { return resolver.target_of(text, entry.full_url); },
        [&](std::string_view text) { return resolver.entry_of(text, {}); }};
    entry.resource = fhir::relink(arena, before, author.definitions, links);
    if (!resolver.failed()) continue;
    Problem why = *resolver.failed();
    why.issues.front().expression =
        entry.places.resource + place_of_reference(before, resolver.failed_text());
    return why;
  }
  return {};
}

}  // namespace handoff::authoring
