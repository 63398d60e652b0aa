#include "disclosure/history.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/civil.h"
#include "core/number.h"
#include "disclosure/bundle.h"
#include "disclosure/texts.h"
#include "store/resources.h"

namespace handoff::disclosure {
namespace {

// R4 "http", history: each entry names the request that would have made it.
void write_entry(const std::string& base, const store::Version& version, const Released& released,
                 bool is_first, std::string& out) {
  const std::string here = version.type + "/" + version.id;
  out += fmt::format(R"({{"fullUrl":{})", json_text(base + "/" + here));
  if (!released.deleted) {
    out += R"(,"resource":)";
    write(released, out);
  }
  const char* const method = released.deleted ? "DELETE" : is_first ? "POST" : "PUT";
  const char* const status = released.deleted ? "204 No Content" : is_first ? "201 Created" : "200 OK";
  out += fmt::format(R"(,"request":{{"method":"{}","url":"{}"}})", method, is_first ? version.type : here);
  out += fmt::format(R"(,"response":{{"status":"{}","etag":"W/\"{}\"","lastModified":"{}"}}}})", status,
                     released.tag, format_instant(released.updated));
}

std::string cursor_context(const auth::Requester& requester, const HistoryRequest& request) {
  return fmt::format("{}\n{}/{}/_history?{}", requester.client_id, request.type, request.id, request.count);
}

// A version that is shown, by its number in the store and in the history.
struct Shown {
  std::int64_t pk = 0;
  std::uint32_t number = 0;
};

// A view keeps what it read, so a long history takes several.
constexpr std::size_t versions_of_a_view = 256;

// Of those that show the same, the newest.
Result<std::vector<Shown>> shown_versions(const Gate& gate, const auth::Requester& requester,
                                          const store::Snapshot& snapshot, const HistoryRequest& request) {
  auto view = gate.view_of(requester, snapshot);
  if (!view) return view.error();
  std::vector<Shown> all;
  std::string newer;  // version as it is shown
  std::size_t looked_at = 0;
  for (const store::Version& listed : (*view)->history(request.type, request.id)) {
    if (++looked_at % versions_of_a_view == 0) view = gate.view_of(requester, snapshot);
    const auto version = snapshot.resources().at(listed.pk);
    const auto released = version ? (*view)->release(*version) : std::nullopt;
    if (!released) continue;
    if (all.empty() || released->version != newer) all.push_back({listed.pk, listed.version});
    newer = released->version;
  }
  return all;
}

}  // namespace

Result<Disclosed> history(const Gate& gate, const auth::Requester& requester, const HistoryRequest& request) {
  const std::string context = cursor_context(requester, request);
  std::uint32_t before = UINT32_MAX;
  if (request.cursor) {
    const auto opened = gate.cursors().open(*request.cursor, context);
    if (!opened)
      return problem(Kind::incorrect,
                     "is not a cursor of this client for this history; begin again with the first page",
                     "http._cursor", "value");
    before = parse_number<std::uint32_t>(*opened).value_or(0);
  }
  store::Snapshot snapshot = gate.snapshot();
  const auto all = shown_versions(gate, requester, snapshot, request);
  if (!all) return all.error();
  if (all->empty()) return problem(Kind::not_found, "there is no such resource");

  const auto begin =
      std::find_if(all->begin(), all->end(), [&](const Shown& one) { return one.number < before; });
  const auto end = begin + std::ptrdiff_t(std::min(request.count, std::size_t(all->end() - begin)));
  const std::string self =
      fmt::format("{}/{}/{}/_history?_count={}", gate.base(), request.type, request.id, request.count);
  BundleContent content;
  content.channel = "read";
  content.head = fmt::format(
      R"({{"resourceType":"Bundle","type":"history","total":{},"link":[{{"relation":"self","url":{}}})",
      all->size(), json_text(self));
  if (end != all->end()) {
    const std::string cursor = gate.cursors().seal(std::to_string(std::prev(end)->number), context);
    content.head += fmt::format(R"(,{{"relation":"next","url":{}}})", json_text(self + "&_cursor=" + cursor));
  }
  content.head += "]";
  for (auto one = begin; one != end; ++one) content.versions.push_back(one->pk);
  content.write = [base = gate.base(), first = all->back().pk](std::size_t, const store::Version& version,
                                                               const Released& released, std::string& out) {
    write_entry(base, version, released, version.pk == first, out);
  };
  return bundle_of(gate, requester, std::move(snapshot), std::move(content));
}

}  // namespace handoff::disclosure
