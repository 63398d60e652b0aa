#include "disclosure/history.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/civil.h"
#include "core/number.h"
#include "disclosure/bundle.h"
#include "store/resources.h"

namespace handoff::disclosure {
namespace {

// R4 "http", history: each entry names the request that would have made it.
void write_entry(const std::string& base, const store::Version& version, const Released& released,
                 bool is_first, json::Writer& writer) {
  const std::string here = version.type + "/" + version.id;
  writer.key("fullUrl").text(base + "/" + here);
  if (!released.deleted) {
    writer.key("resource");
    write(released, writer);
  }
  const char* const method = released.deleted ? "DELETE" : is_first ? "POST" : "PUT";
  const char* const status = released.deleted ? "204 No Content" : is_first ? "201 Created" : "200 OK";
  writer.key("request").begin_object().key("method").text(method);
  writer.key("url").text(is_first ? version.type : here).end_object();
  writer.key("response").begin_object().key("status").text(status);
  writer.key("etag").text(fmt::format("W/\"{}\"", released.tag));
  writer.key("lastModified").text(format_instant(released.updated)).end_object();
}

std::string cursor_context(const auth::Requester& requester, const HistoryRequest& request) {
  return fmt::format("{}\n{}/{}/_history?{}", requester.client_id, request.type, request.id, request.count);
}

// A version that is shown, by its number in the store and in the history.
struct Shown {
  store::Pk pk = store::Pk::none;
  std::uint32_t number = 0;
};

// Of those that show the same, the newest.
Result<std::vector<Shown>> shown_versions(const Gate& gate, const auth::Requester& requester,
                                          const store::Snapshot& snapshot, const HistoryRequest& request) {
  auto view = gate.view_of(requester, snapshot);
  if (!view) return view.error();
  std::vector<Shown> all;
  std::string newer;  // version as it is shown
  for (const store::Version& listed : (*view)->history(request.type, request.id)) {
    if (request.deadline.passed()) throw TimeOver();
    const auto version = snapshot.resources().at(listed.pk);
    const auto released = version ? (*view)->release(*version) : std::nullopt;
    if (!released) continue;
    if (all.empty() || released->version != newer) all.push_back({listed.pk, listed.version});
    newer = released->version;
    (*view)->forget();
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
  BundleContent content;
  content.channel = "read";
  content.type = "history";
  content.total = all->size();
  content.self =
      fmt::format("{}/{}/{}/_history?_count={}", gate.base(), request.type, request.id, request.count);
  if (end != all->end()) {
    const std::string cursor = gate.cursors().seal(std::to_string(std::prev(end)->number), context);
    content.next = content.self + "&_cursor=" + cursor;
  }
  for (auto one = begin; one != end; ++one) content.versions.push_back(one->pk);
  content.write = [base = gate.base(), first = all->back().pk](std::size_t, const store::Version& version,
                                                               const Released& released,
                                                               json::Writer& writer) {
    write_entry(base, version, released, version.pk == first, writer);
  };
  return bundle_of(gate, requester, std::move(snapshot), std::move(content));
}

}  // namespace handoff::disclosure
