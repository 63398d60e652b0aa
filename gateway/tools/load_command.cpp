#include "tools/load_command.h"

#include <fmt/format.h>

#include <condition_variable>
#include <deque>
#include <thread>

#include "core/thread.h"
#include "json/writer.h"
#include "tools/load_sender.h"
#include "tools/progress.h"

namespace handoff::gateway {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t waiting_for_each = 4;  // items read ahead for each connection
constexpr std::chrono::milliseconds look{100};
constexpr std::size_t kib = 1024;

struct LoadReport {
  std::size_t read = 0, loaded = 0, refused = 0, repeated = 0;
  bool given_up = false;
};

// Reads files on the caller's thread and sends on other threads, with a short queue between.
class LoadRun {
 public:
  explicit LoadRun(const LoadOptions& options)
      : options_(options), tokens_(options), progress_("loading KiB") {
    for (std::size_t i = 0; i < options.parallel; ++i)
      senders_.push_back(start_thread("load: a sender", [this] { work(); }));
  }
  ~LoadRun() {
    {
      const std::lock_guard hold(mutex_);
      all_read_ = true;
    }
    changed_.notify_all();
    for (std::thread& sender : senders_)
      if (sender.joinable()) sender.join();
  }
  LoadRun(const LoadRun&) = delete;
  LoadRun& operator=(const LoadRun&) = delete;

  LoadReport run(const std::vector<fs::path>& files) {
    std::size_t bytes = 0;
    for (const fs::path& file : files) bytes += fs::file_size(file);
    progress_.set_total(bytes / kib + 1);
    for (const fs::path& file : files) {
      const auto read = each_item(file, [this](Result<LoadItem> item, std::string_view place) {
        return take(std::move(item), place);
      });
      if (!read) refuse(file.string(), read.error().summary());
    }
    std::unique_lock hold(mutex_);
    all_read_ = true;
    changed_.notify_all();
    while (!queue_.empty() || busy_ > 0) {
      changed_.wait_for(hold, look);
      progress_.show(bytes_done_ / kib);
    }
    return report_;
  }

 private:
  bool take(Result<LoadItem> item, std::string_view place) {
    if (!item) {
      refuse(place, item.error().summary());
      return true;
    }
    std::unique_lock hold(mutex_);
    ++report_.read;
    while (!report_.given_up && queue_.size() >= options_.parallel * waiting_for_each)
      changed_.wait_for(hold, look);
    progress_.show(bytes_done_ / kib);
    if (!report_.given_up) queue_.push_back(std::move(*item));
    changed_.notify_all();
    return !report_.given_up;
  }

  void refuse(std::string_view place, const std::string& why) {
    const std::lock_guard hold(mutex_);
    ++report_.read, ++report_.refused;
    progress_.clear();
    fmt::print(stderr, "handoff load: {}: {}\n", place, why);
  }

  void work() {
    LoadSender sender(options_, tokens_);
    std::unique_lock hold(mutex_);
    for (;;) {
      changed_.wait(hold, [this] { return !queue_.empty() || all_read_ || report_.given_up; });
      if (queue_.empty() || report_.given_up) return;
      const LoadItem item = std::move(queue_.front());
      queue_.pop_front();
      ++busy_;
      hold.unlock();
      Sent sent{Sent::Fate::given_up, "the program failed", 0};
      runs_to_end("load: a sender", [&] { sent = sender.send(item); });
      hold.lock();
      --busy_;
      note(item, sent);
      changed_.notify_all();
    }
  }

  void note(const LoadItem& item, const Sent& sent) {
    bytes_done_ += item.body.size() + 1;
    report_.repeated += sent.repeats;
    if (sent.fate == Sent::Fate::loaded) {
      ++report_.loaded;
      return;
    }
    progress_.clear();
    fmt::print(stderr, "handoff load: {}: {}\n", item.place, sent.why);
    if (sent.fate == Sent::Fate::refused) ++report_.refused;
    if (sent.fate != Sent::Fate::given_up) return;
    report_.given_up = true;
    queue_.clear();
  }

  const LoadOptions& options_;
  LoadTokens tokens_;
  Progress progress_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<LoadItem> queue_;
  std::size_t busy_ = 0, bytes_done_ = 0;
  bool all_read_ = false;
  LoadReport report_;
  std::vector<std::thread> senders_;  // last, because they use everything above
};

Result<std::vector<fs::path>> check(const LoadOptions& options) {
  if (!options.to.starts_with("https://") || options.to.ends_with('/'))
    return problem(Kind::incorrect, "must be an https FHIR base without a slash at its end", "--to");
  if (options.token_file.has_value() == !options.token.client_id.empty())
    return problem(Kind::incorrect,
                   "give --token, or --client with --data, or --client with --token-url and --key",
                   "--token");
  if (auto token = LoadTokens(options).get(); !token) return token.error();
  return load_files(options.inputs);
}

std::string to_json(const LoadReport& report, std::size_t rest, double seconds) {
  std::string out;
  json::Writer writer(out, json::Style::spaced);
  writer.begin_object().key("read").number(report.read).key("loaded").number(report.loaded);
  writer.key("refused").number(report.refused).key("not_tried").number(rest);
  writer.key("repeated").number(report.repeated);
  writer.key("seconds").raw(fmt::format("{:.3f}", seconds)).end_object();
  return out;
}

void print(const LoadReport& report, double seconds, bool json) {
  const std::size_t rest = report.read - report.loaded - report.refused;
  if (json) return fmt::print("{}\n", to_json(report, rest, seconds));
  fmt::print("{} read: {} loaded, {} refused", report.read, report.loaded, report.refused);
  if (report.given_up) fmt::print(", gave up on {} and all that follow", rest);
  fmt::print("; {} sent again; {:.1f} s\n", report.repeated, seconds);
}

}  // namespace

int run_load(const LoadOptions& options) {
  const auto files = check(options);
  if (!files) {
    fmt::print(stderr, "handoff load: {}\n", files.error().summary());
    return files.error().kind == Kind::unavailable || files.error().kind == Kind::unauthenticated ? 1 : 2;
  }
  const auto begin = std::chrono::steady_clock::now();
  const LoadReport report = LoadRun(options).run(*files);
  print(report, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(),
        options.json);
  return report.given_up ? 1 : report.refused > 0 ? 3 : 0;
}

}  // namespace handoff::gateway
