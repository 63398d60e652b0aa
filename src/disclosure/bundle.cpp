#include "disclosure/bundle.h"

#include <deque>

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
    std::string bytes = content_.head;
    if (!content_.versions.empty()) bytes += R"(,"entry":[)";
    return piece(std::move(bytes));
  }

  Result<Disclosed> next() override {
    if (ended_) return seal(std::string(), {});
    return piece({});
  }

 private:
  // Each piece has a view of its own: a view keeps what it read.
  Result<Disclosed> piece(std::string bytes) {
    const auto view = gate_.view_of(requester_, snapshot_);
    if (!view) return view.error();
    std::deque<store::Version> versions;
    std::deque<Released> released;
    std::vector<Leaving> leaving;
    for (; next_ < content_.versions.size() && bytes.size() < limits::disclosed_piece_bytes; ++next_) {
      auto version = snapshot_.resources().at(content_.versions[next_]);
      auto shown = version ? (*view)->release(versions.emplace_back(std::move(*version))) : std::nullopt;
      if (!shown) return problem(Kind::fault, "a search found a resource that the decision denies");
      if (next_ > 0) bytes += ",";
      leaving.push_back({reference_of(versions.back()), &released.emplace_back(std::move(*shown))});
      content_.write(next_, versions.back(), released.back(), bytes);
    }
    ended_ = next_ == content_.versions.size();
    if (ended_) bytes += content_.versions.empty() ? "}" : "]}";
    std::vector<std::string> entries = (*view)->ledger_entries(content_.channel, leaving);
    return seal(std::move(bytes), std::move(entries), ended_ ? nullptr : shared_from_this());
  }

  const Gate& gate_;
  const auth::Requester requester_;
  const store::Snapshot snapshot_;
  const BundleContent content_;
  std::size_t next_ = 0;
  bool ended_ = false;
};

}  // namespace

Result<Disclosed> bundle_of(const Gate& gate, const auth::Requester& requester, store::Snapshot snapshot,
                            BundleContent content) {
  return std::make_shared<Pieces>(gate, requester, std::move(snapshot), std::move(content))->first();
}

}  // namespace handoff::disclosure
