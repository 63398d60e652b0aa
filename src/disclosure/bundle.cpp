#include "disclosure/bundle.h"

#include <deque>
#include <utility>

#include "core/limits.h"
#include "disclosure/seal.h"
#include "disclosure/texts.h"
#include "store/resources.h"

namespace handoff::disclosure {
namespace {

class Pieces final : public Rest, public std::enable_shared_from_this<Pieces> {
 public:
  Pieces(const Gate& gate, const auth::Requester& requester, store::Snapshot snapshot, BundleContent content)
      : gate_(gate), requester_(requester), snapshot_(std::move(snapshot)), content_(std::move(content)) {}

  Result<Disclosed> first() {
    write_head();
    return piece();
  }

  Result<Disclosed> next() override {
    if (ended_) return seal(std::string(), {});
    return piece();
  }

 private:
  // All that comes before the entries.
  void write_head() {
    writer_.begin_object().key("resourceType").text("Bundle").key("type").text(content_.type);
    if (content_.total) writer_.key("total").number(*content_.total);
    writer_.key("link").begin_array();
    write_link("self", content_.self);
    if (!content_.next.empty()) write_link("next", content_.next);
    writer_.end_array();
    if (!content_.versions.empty()) writer_.key("entry").begin_array();
  }

  void write_link(std::string_view relation, const std::string& url) {
    writer_.begin_object().key("relation").text(relation).key("url").text(url).end_object();
  }

  void write_end() {
    if (!content_.versions.empty()) writer_.end_array();
    writer_.end_object();
  }

  // Each piece has a state of the store and a view of its own: nothing is held between pieces, and a
  // revocation holds for the rest. What is no longer shown is then left out.
  Result<Disclosed> piece() {
    const bool is_first = next_ == 0;
    if (!is_first) snapshot_.emplace(gate_.snapshot());
    auto made = piece(*snapshot_, is_first);
    snapshot_.reset();
    return made;
  }

  Result<Disclosed> piece(const store::Snapshot& snapshot, bool is_first) {
    const auto view = gate_.view_of(requester_, snapshot);
    if (!view) return view.error();
    std::deque<store::Version> versions;
    std::deque<Released> released;
    std::vector<Leaving> leaving;
    std::size_t read = 0;  // bytes: redaction may leave little of much
    const auto is_full = [&] {
      // A piece without bytes would be taken for the end.
      return !bytes_.empty() && bytes_.size() + read >= 2 * limits::disclosed_piece_bytes;
    };
    for (; next_ < content_.versions.size() && !is_full(); ++next_) {
      auto version = snapshot.resources().at(content_.versions[next_]);
      read += version ? version->body.size() : 0;
      auto shown = version ? (*view)->release(versions.emplace_back(std::move(*version))) : std::nullopt;
      // An _include may name an older version, which may be about somebody else.
      if (!shown && (!is_first || (version && is_older(snapshot, versions.back())))) {
        if (leaving.empty()) versions.clear(), (*view)->forget();
        continue;
      }
      if (!shown) return problem(Kind::fault, "a search found a resource that the decision denies");
      leaving.push_back({reference_of(versions.back()), &released.emplace_back(std::move(*shown))});
      writer_.begin_object();
      content_.write(next_, versions.back(), released.back(), writer_);
      writer_.end_object();
    }
    ended_ = next_ == content_.versions.size();
    if (ended_) write_end();
    std::vector<std::string> entries = (*view)->ledger_entries(content_.channel, leaving);
    return seal(std::exchange(bytes_, {}), std::move(entries), ended_ ? nullptr : shared_from_this());
  }

  static bool is_older(const store::Snapshot& snapshot, const store::Version& version) {
    const auto current = snapshot.resources().find(version.type, version.id);
    return !current || current->pk != version.pk;
  }

  const Gate& gate_;
  const auth::Requester requester_;
  std::optional<store::Snapshot> snapshot_;  // that was searched, for the first piece
  const BundleContent content_;
  std::string bytes_;  // of the piece that is being made
  json::Writer writer_{bytes_};
  std::size_t next_ = 0;
  bool ended_ = false;
};

}  // namespace

Result<Disclosed> bundle_of(const Gate& gate, const auth::Requester& requester, store::Snapshot snapshot,
                            BundleContent content) {
  return std::make_shared<Pieces>(gate, requester, std::move(snapshot), std::move(content))->first();
}

}  // namespace handoff::disclosure
