// POST /intake/{mapping}: a file of program records, mapped and taken in (contracts: HTTP). For operators. To
// everybody else this path does not exist. A file is taken in a few records at a time, in turn with other
// work of the workers.
#include <fmt/format.h>

#include "core/hash.h"
#include "core/text.h"
#include "rest/http/media.h"
#include "rest/operator/intake_desk.h"

namespace handoff::rest {
namespace {

net::Response report_of(const IntakeDesk::File& file) {
  return {200, {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}}, file.report()};
}

// Each record is all or nothing by itself, so sending the same file again continues where this one stopped.
Problem not_finished(const IntakeDesk::File& file) {
  return problem(Kind::busy,
                 fmt::format("the time limit has passed, and {} of {} records are left; send the same file "
                             "again: no record is taken in twice",
                             file.left(), file.records()),
                 "http.request", "timeout");
}

using File = std::shared_ptr<IntakeDesk::File>;

Step take_some(const Context& context, const Call& call, const File& file) {
  if (call.request.deadline.passed() || context.ending) return not_finished(*file);
  const auto goes_on = file->take_some();
  if (!goes_on) return goes_on.error();
  if (!*goes_on) return report_of(*file);
  return Later{[&context, &call, file] { return take_some(context, call, file); }};
}

// Says who sent which file. The outcome of each record is noted with its writes.
std::string ledger_entry(const Call& call, const std::string& mapping) {
  json::Arena arena;
  const json::Member members[] = {{"kind", json::Arena::borrow("intake")},
                                  {"actor", arena.string("client " + call.requester.client_id)},
                                  {"mapping", arena.string(mapping)},
                                  {"file", arena.string(sha256_hex(call.request.body))}};
  return json::write(arena.object(members));
}

Result<bool> is_dry_run(const Call& call) {
  bool dry_run = false;
  for (const auto& [name, value] : call.query) {
    if (name != "dry-run" || (value != "true" && value != "false"))
      return problem(Kind::incorrect,
                     "is no parameter of the intake; only dry-run=true and dry-run=false are",
                     "http." + shown_text(name));
    dry_run = value == "true";
  }
  return dry_run;
}

Result<void> check_sender(const auth::Requester& requester) {
  for (const char interaction : {'c', 'u'})
    if (!auth::allows(requester.scopes, "*", interaction))
      return problem(Kind::forbidden,
                     "records become resources of many types: the token needs the scope system/*.cu");
  return {};
}

}  // namespace

Step take_in(const Context& context, Call& call) {
  if (!context.intake)
    return problem(Kind::not_found, "nothing is served at this path", std::string(at_path), "not-supported");
  if (auto allowed = check_sender(call.requester); !allowed) return allowed.error();
  const auto dry_run = is_dry_run(call);
  if (!dry_run) return dry_run.error();
  const std::string mapping = call.values.size() > 1 ? call.values[0] + "/" + call.values[1] : call.values[0];
  std::vector<std::string> entries;
  if (!*dry_run) entries.push_back(ledger_entry(call, mapping));
  auto opened = context.intake->open(mapping, call.request.header("Content-Type"),
                                     std::move(call.request.body), *dry_run);
  if (!opened) return opened.error();
  return Later{[&context, &call, file = File(std::move(*opened))] { return take_some(context, call, file); },
               std::move(entries)};
}

}  // namespace handoff::rest
