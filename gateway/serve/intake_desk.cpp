#include "serve/intake_desk.h"

#include <fmt/format.h>

#include <algorithm>

#include "intake/sent_file.h"
#include "json/document.h"

namespace handoff::gateway {
namespace {

using json::Arena;
using json::Value;

constexpr std::size_t records_at_once = 32;  // then others have their turn

Result<void> check_media_type(const mapping::Mapping& mapping, std::string_view header) {
  std::string type(header.substr(0, header.find(';')));
  type.erase(type.find_last_not_of(' ') + 1);
  const mapping::Format& format = mapping.format();
  const auto refused = [&](std::string how) {
    const std::string why = fmt::format("{} reads {}{}", mapping.name(), format.name, how);
    return problem(Kind::unsupported, why, "http.Content-Type");
  };
  if (format.media_types.empty()) return refused(", which cannot be sent yet");
  const auto is_same = [&](std::string_view known) { return equal_ignoring_case(known, type); };
  if (std::any_of(format.media_types.begin(), format.media_types.end(), is_same)) return {};
  return refused(fmt::format(": send it as {}", format.media_types.front()));
}

Value rejection_json(Arena& arena, const mapping::Rejection& r, std::string_view feed = {}) {
  std::vector<json::Member> members;
  if (!feed.empty()) members.push_back({"feed", arena.string(feed)});
  members.push_back({"record", arena.integer((long long)(r.record))});
  members.push_back({"key", r.key.empty() ? Arena::null() : arena.string(r.key)});
  members.push_back({"field", arena.string(r.field)});
  members.push_back({"value", arena.string(r.value)});
  members.push_back({"reason", arena.string(r.reason)});
  members.push_back({"mapping", arena.string(r.mapping)});
  return arena.object(members);
}

Value woken_json(Arena& arena, const intake::Woken& woken) {
  std::vector<Value> rejected;
  for (const auto& [feed, rejection] : woken.rejected)
    rejected.push_back(rejection_json(arena, rejection, feed));
  const json::Member members[] = {{"mapped", arena.integer((long long)(woken.taken))},
                                  {"review", arena.integer((long long)(woken.held))},
                                  {"rejected", arena.array(rejected)}};
  return arena.object(members);
}

// Reports a file that cannot be read as a fault of the body.
Problem of_body(Problem refused) {
  for (Issue& issue : refused.issues)
    if (issue.expression.empty()) issue.expression = "http.body";
  return refused;
}

class TakenFile final : public rest::IntakeDesk::File {
 public:
  TakenFile(const intake::Office& office, exchange::Deliverer& deliverer, intake::Mode mode,
            std::unique_ptr<intake::SentFile> file)
      : office_(office), deliverer_(deliverer), mode_(mode), file_(std::move(file)) {}

  Result<bool> take_some() override {
    const auto turn = office_.turn();
    auto goes_on = file_->take_some(records_at_once);
    if (mode_ == intake::Mode::take) deliverer_.wake();
    return goes_on;
  }
  std::size_t records() const override { return file_->records(); }
  std::size_t left() const override { return file_->left(); }

  // {"feed", "records", "mapped", "rejected": [{"record", "key", "field", "value", "reason", "mapping"}],
  // "duplicates", "waiting", "review", "later", "empty", "woken": {"mapped", "review", "rejected"},
  // "dryRun"}. `woken` counts records of other files that had waited for these.
  std::string report() const override {
    const intake::FeedReport feed = file_->report();
    Arena arena;
    std::vector<Value> rejected;
    for (const mapping::Rejection& one : feed.rejected) rejected.push_back(rejection_json(arena, one));
    const auto number = [&](std::size_t count) { return arena.integer((long long)(count)); };
    const json::Member members[] = {{"feed", arena.string(feed.feed)},
                                    {"records", number(feed.records)},
                                    {"mapped", number(feed.mapped)},
                                    {"rejected", arena.array(rejected)},
                                    {"duplicates", number(feed.duplicates)},
                                    {"waiting", number(feed.waiting)},
                                    {"review", number(feed.review)},
                                    {"later", number(feed.later)},
                                    {"empty", number(feed.empty)},
                                    {"woken", woken_json(arena, file_->woken())},
                                    {"dryRun", Arena::boolean(mode_ == intake::Mode::try_out)}};
    return json::write(arena.object(members));
  }

 private:
  const intake::Office& office_;
  exchange::Deliverer& deliverer_;
  const intake::Mode mode_;
  const std::unique_ptr<intake::SentFile> file_;
};

}  // namespace

Result<std::unique_ptr<rest::IntakeDesk::File>> FileDesk::open(const std::string& name,
                                                               std::string_view media_type, std::string bytes,
                                                               bool dry_run) {
  auto mapping = office_.mapping(name);
  if (!mapping) return mapping.error();
  if (auto checked = check_media_type(**mapping, media_type); !checked) return checked.error();
  const intake::Mode mode = dry_run ? intake::Mode::try_out : intake::Mode::take;
  auto file = intake::SentFile::read(office_, mode, std::move(*mapping), std::move(bytes));
  if (!file) return of_body(file.error());
  return std::unique_ptr<rest::IntakeDesk::File>(
      std::make_unique<TakenFile>(office_, deliverer_, mode, std::move(*file)));
}

}  // namespace handoff::gateway
