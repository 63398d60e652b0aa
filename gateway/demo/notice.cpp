#include "demo/notice.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "core/text.h"
#include "fhir/reference.h"

namespace handoff::gateway {
namespace {

using json::Arena;
using json::Member;
using json::Value;

constexpr std::size_t ids_at_once = 50;  // in one search

// The search parameter of the focus that includes a resource of this type.
struct IncludeOfType {
  std::string_view type;
  std::string_view include;
};
constexpr IncludeOfType includes[] = {
    {"Goal", "CarePlan:goal"},
    {"Condition", "CarePlan:condition"},
    {"CareTeam", "CarePlan:care-team"},
    {"ServiceRequest", "CarePlan:activity-reference"},
};

// "https://host/fhir/CarePlan/abc/_history/2" → base and "CarePlan/abc"; both are empty for any other URL.
std::pair<std::string, std::string> divided(std::string_view url) {
  const std::string local = fhir::local_reference(url);
  const auto at = local.empty() ? url.npos : url.rfind("/" + local);
  if (at == url.npos || !url.starts_with("https://")) return {};
  return {std::string(url.substr(0, at)), local};
}

Value event_of(Value bundle) {
  for (const Value parameter : bundle["entry"].at(0)["resource"]["parameter"].items())
    if (parameter["name"].text() == "notification-event") return parameter;
  return {};
}

std::string reference_of(Value resource) {
  return std::string(resource["resourceType"].text()) + "/" + std::string(resource["id"].text());
}

std::string search_of_plan(const Notice& notice) {
  const auto focus = fhir::split_reference(notice.focus);
  std::string search = std::string(focus->type) + "?_id=" + percent_encode(focus->id);
  for (const auto& [type, include] : includes) {
    const auto is_of_type = [&, prefix = std::string(type) + "/"](const std::string& each) {
      return each.starts_with(prefix);
    };
    if (include.starts_with(std::string(focus->type) + ":") &&
        std::any_of(notice.context.begin(), notice.context.end(), is_of_type))
      search += "&_include=" + std::string(include);
  }
  return search;
}

std::vector<std::string> searches_by_type(const Notice& notice) {
  std::map<std::string, std::vector<std::string>, std::less<>> ids;
  for (const std::string& reference : notice.context)
    if (const auto parts = fhir::split_reference(reference))
      ids[std::string(parts->type)].push_back(percent_encode(parts->id));
  if (const auto parts = fhir::split_reference(notice.focus))
    ids[std::string(parts->type)].push_back(percent_encode(parts->id));
  std::vector<std::string> searches;
  for (const auto& [type, all] : ids) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (i % ids_at_once == 0)
        searches.push_back(fmt::format("{}?_count={}&_id={}", type, ids_at_once, all[i]));
      else searches.back() += "," + all[i];
    }
  }
  return searches;
}

}  // namespace

Result<Notice> read_notice(Value bundle) {
  Notice notice;
  notice.identifier = bundle["identifier"]["value"].text();
  const Value event = event_of(bundle);
  if (!event)
    return problem(Kind::unprocessable, "a notification needs an event", "Bundle.entry[0].resource");
  for (const Value part : event["part"].items()) {
    const bool is_focus = part["name"].text() == "focus";
    if (!is_focus && part["name"].text() != "additional-context") continue;
    auto [base, local] = divided(part["valueReference"]["reference"].text());
    if (base.empty() || (!notice.base.empty() && base != notice.base))
      return problem(Kind::unprocessable, "all references of a notification must have the same base",
                     "Bundle.entry[0].resource");
    notice.base = std::move(base);
    if (is_focus) notice.focus = std::move(local);
    else notice.context.push_back(std::move(local));
  }
  return notice;
}

std::vector<std::string> searches_of(const Notice& notice) {
  return notice.focus.starts_with("CarePlan/") ? std::vector{search_of_plan(notice)}
                                               : searches_by_type(notice);
}

Value only_named(Arena& arena, std::span<const Value> searchsets, const Notice& notice) {
  std::set<std::string, std::less<>> named(notice.context.begin(), notice.context.end());
  named.insert(notice.focus);
  std::vector<Value> kept;
  for (const Value searchset : searchsets)
    for (const Value entry : searchset["entry"].items())
      if (named.contains(reference_of(entry["resource"]))) kept.push_back(entry);
  const Member identifier[] = {{"system", Arena::borrow(pulled_for_system)},
                               {"value", arena.string(notice.identifier)}};
  Value whole = searchsets.front();
  if (searchsets.size() > 1)  // total and links of one searchset are not those of all
    for (const char* member : {"total", "link"}) whole = json::with_member(arena, whole, member, {});
  const Value without = json::with_member(arena, whole, "entry", kept.empty() ? Value{} : arena.array(kept));
  return json::with_member(arena, without, "identifier", arena.object(identifier));
}

}  // namespace handoff::gateway
