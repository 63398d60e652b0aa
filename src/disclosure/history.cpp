#include "disclosure/history.h"

#include <fmt/format.h>

#include <charconv>

#include "core/civil.h"
#include "disclosure/seal.h"
#include "disclosure/texts.h"

namespace handoff::disclosure {
namespace {

struct Shown {
  const store::Version* version = nullptr;
  Released released = {};
  bool is_first = false;
};

// R4 "http", history: each entry names the request that could have created it.
std::string entry_text(const std::string& base, const Shown& shown) {
  const Released& released = shown.released;
  const std::string here = shown.version->type + "/" + shown.version->id;
  std::string out = fmt::format(R"({{"fullUrl":{})", json_text(base + "/" + here));
  if (!released.deleted) {
    out += R"(,"resource":)";
    write(released, out);
  }
  out += fmt::format(R"(,"request":{{"method":"{}","url":"{}"}})",
                     released.deleted ? "DELETE"
                     : shown.is_first ? "POST"
                                      : "PUT",
                     shown.is_first ? shown.version->type : here);
  out += fmt::format(R"(,"response":{{"status":"{}","etag":"W/\"{}\"","lastModified":"{}"}}}})",
                     released.deleted ? "204 No Content"
                     : shown.is_first ? "201 Created"
                                      : "200 OK",
                     released.tag, format_instant(released.updated));
  return out;
}

std::string cursor_context(const auth::Requester& requester, const HistoryRequest& request) {
  return fmt::format("{}\n{}/{}/_history?{}", requester.client_id, request.type, request.id, request.count);
}

std::vector<Shown> shown_versions(const View& view, const std::vector<store::Version>& versions) {
  std::vector<Shown> all;
  for (const store::Version& version : versions) {
    auto released = view.release(version);
    if (!released) continue;
    const bool shows_the_same = !all.empty() && all.back().released.version == released->version;
    if (!shows_the_same) all.push_back({&version, std::move(*released)});
  }
  if (!all.empty()) all.back().is_first = true;
  return all;
}

}  // namespace

Result<Disclosed> history(const Gate& gate, const auth::Requester& requester, const HistoryRequest& request) {
  const std::string context = cursor_context(requester, request);
  std::uint32_t before = UINT32_MAX;
  if (request.cursor) {
    const auto opened = gate.cursors().open(*request.cursor, context);
    if (!opened)
      return problem(Kind::incorrect, "is not a cursor of this client for this history; begin again with the first page", "http._cursor",
                     "value");
    std::from_chars(opened->data(), opened->data() + opened->size(), before);
  }
  const store::Snapshot snapshot = gate.snapshot();
  const auto view = gate.view_of(requester, snapshot);
  if (!view) return view.error();
  const std::vector<store::Version> versions = (*view)->history(request.type, request.id);
  const std::vector<Shown> all = shown_versions(**view, versions);
  if (all.empty()) return problem(Kind::not_found, "there is no such resource");

  const std::string self =
      fmt::format("{}/{}/{}/_history?_count={}", gate.base(), request.type, request.id, request.count);
  std::string listed, last;
  std::vector<Leaving> leaving;
  bool more = false;
  for (const Shown& shown : all) {
    if (shown.version->version >= before) continue;
    if ((more = leaving.size() == request.count)) break;
    listed += (listed.empty() ? "" : ",") + entry_text(gate.base(), shown);
    leaving.push_back({reference_of(*shown.version), &shown.released});
    last = std::to_string(shown.version->version);
  }
  std::string bytes = fmt::format(
      R"({{"resourceType":"Bundle","type":"history","total":{},"link":[{{"relation":"self","url":{}}})", all.size(),
      json_text(self));
  if (more)
    bytes += fmt::format(R"(,{{"relation":"next","url":{}}})",
                         json_text(self + "&_cursor=" + gate.cursors().seal(last, context)));
  bytes += "]" + (listed.empty() ? "" : R"(,"entry":[)" + listed + "]") + "}";
  return seal(std::move(bytes), (*view)->ledger_entries("read", leaving));
}

}  // namespace handoff::disclosure
