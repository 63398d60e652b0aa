// history of one resource (R4 "http", history): its versions as they leave, newest first, as a Bundle of type history. Each is
// decided as vread decides it. Of versions that show the same there is one: how often others changed the rest is not told.
#include <fmt/format.h>

#include <charconv>

#include "core/civil.h"
#include "disclosure/gate.h"
#include "disclosure/ledger_entry.h"
#include "disclosure/texts.h"
#include "disclosure/view.h"
#include "json/document.h"
#include "store/resources.h"

namespace handoff::disclosure {
namespace {

struct Shown {
  const store::Version* version = nullptr;
  std::optional<Released> released = {};  // none: to an operator, as it is stored
  bool is_first = false;
};

// What happened, as the method that would do it (R4 "http", history: a Bundle of type history needs a request of each entry).
std::string entry_text(const std::string& base, const Shown& shown) {
  const store::Version& version = *shown.version;
  const std::string here = version.type + "/" + version.id;
  const std::string tag = shown.released ? shown.released->tag : std::to_string(version.version);
  const Instant updated = shown.released ? shown.released->updated : version.updated;
  const bool created = shown.is_first;
  std::string out = fmt::format(R"({{"fullUrl":{})", json_text(base + "/" + here));
  if (!version.deleted) {
    out += R"(,"resource":)";
    if (shown.released) json::write(shown.released->resource, out);
    else out += version.body;
  }
  out += fmt::format(R"(,"request":{{"method":"{}","url":"{}"}})",
                     version.deleted ? "DELETE"
                     : created       ? "POST"
                                     : "PUT",
                     created ? version.type : here);
  out += fmt::format(R"(,"response":{{"status":"{}","etag":"W/\"{}\"","lastModified":"{}"}}}})",
                     version.deleted ? "204 No Content"
                     : created       ? "201 Created"
                                     : "200 OK",
                     tag, format_instant(updated));
  return out;
}

std::string cursor_context(const auth::Requester& requester, const HistoryRequest& request) {
  return fmt::format("{}\n{}/{}/_history?{}", requester.client_id, request.type, request.id, request.count);
}

}  // namespace

Result<Disclosed> Gate::history(const auth::Requester& requester, const HistoryRequest& request) const {
  std::uint32_t before = UINT32_MAX;
  if (request.cursor) {
    const auto opened = cursors_.open(*request.cursor, cursor_context(requester, request));
    if (!opened) return problem(Kind::incorrect, "is not a cursor of this client for this history: ask anew", "http._cursor", "value");
    std::from_chars(opened->data(), opened->data() + opened->size(), before);
  }
  const store::Snapshot snapshot = store_.snapshot();
  std::vector<store::Version> versions;
  std::optional<View> view;
  std::vector<Shown> all;
  if (requester.is_operator()) {
    versions = snapshot.resources().history(request.type, request.id);
    for (const store::Version& version : versions) all.push_back({&version, std::nullopt, version.version == 1});
  } else {
    const auto audience = audience_of(requester);
    if (!audience) return audience.error();
    view.emplace(snapshot, scope(*audience), *audience, clock_.now(), names_now());
    // Nothing is fetched of what is not seen, as of a read.
    if (view->sees(request.type, request.id)) versions = snapshot.resources().history(request.type, request.id);
    for (const store::Version& version : versions) {
      auto released = view->release(version);
      if (!released) continue;
      const bool shows_the_same = !all.empty() && all.back().released->version == released->version;
      if (!shows_the_same) all.push_back({&version, std::move(released)});
    }
    if (!all.empty()) all.back().is_first = true;
  }
  if (all.empty()) return problem(Kind::not_found, "there is no such resource");

  const std::string self = fmt::format("{}/{}/{}/_history?_count={}", base_, request.type, request.id, request.count);
  std::string listed, last;
  std::vector<std::string> references;
  std::vector<Leaving> leaving;
  bool more = false;
  for (const Shown& shown : all) {
    if (shown.version->version >= before) continue;
    if ((more = references.size() == request.count)) break;
    listed += (listed.empty() ? "" : ",") + entry_text(base_, shown);
    references.push_back(reference_of(*shown.version));
    last = std::to_string(shown.version->version);
    if (shown.released) leaving.push_back({references.back(), &*shown.released});
  }
  Disclosed disclosed;
  disclosed.entries_ =
      view ? disclosure_entries({requester.client_id, view->audience().recipient, view->audience().purpose, "read", {}}, leaving)
           : std::vector{custodian_entry(requester, "read", references)};
  disclosed.bytes_ = fmt::format(R"({{"resourceType":"Bundle","type":"history","total":{},"link":[{{"relation":"self","url":{}}})",
                                 all.size(), json_text(self));
  if (more) {
    const std::string cursor = cursors_.seal(last, cursor_context(requester, request));
    disclosed.bytes_ += fmt::format(R"(,{{"relation":"next","url":{}}})", json_text(self + "&_cursor=" + cursor));
  }
  disclosed.bytes_ += "]" + (listed.empty() ? "" : R"(,"entry":[)" + listed + "]") + "}";
  return disclosed;
}

}  // namespace handoff::disclosure
