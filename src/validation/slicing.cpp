#include "validation/slicing.h"

#include <fmt/format.h>

#include "validation/conformance.h"
#include "validation/discriminator.h"

namespace handoff::validation {
namespace {

constexpr std::size_t unmatched = SIZE_MAX;

// The values of a slice are sliced again by its own slices.
class Cut {
 public:
  Cut(Context& context, const At& owner, const Node& sliced, const Profile& profile, const Slicing* inherited)
      : context_(context),
        owner_(owner),
        sliced_(sliced),
        profile_(profile),
        slicing_(sliced.slicing ? &*sliced.slicing : inherited) {
    discriminators_ = discriminators_of(sliced, slicing_);
    counts_.resize(sliced.slices.size());
    members_.resize(sliced.slices.size());
  }

  void run(const std::vector<At>& items) {
    if (discriminators_.empty()) return;  // only its description tells the slices apart
    for (const At& item : items) place(item);
    for (std::size_t i = 0; i < sliced_.slices.size(); ++i) {
      const Node& slice = *sliced_.slices[i];
      check_slice_count(context_, owner_, slice, counts_[i], profile_);
      if (!slice.slices.empty()) Cut(context_, owner_, slice, profile_, slicing_).run(members_[i]);
    }
  }

 private:
  std::size_t find(const At& item) {
    for (std::size_t i = 0; i < sliced_.slices.size(); ++i) {
      bool is_in = true;
      for (const Discriminator& discriminator : discriminators_)
        is_in = is_in && is_marked(context_, item, *sliced_.slices[i], discriminator, profile_);
      if (is_in) return i;
    }
    return unmatched;
  }

  void place(const At& item) {
    const std::size_t found = find(item);
    if (found == unmatched) {
      was_unmatched_ = true;
      if (slicing_ && slicing_->rules == SlicingRules::closed)
        context_.findings->add(
            item.path, "structure",
            fmt::format("This fits none of the slices of {}, and no other values are allowed ({}).",
                        sliced_.name, profile_.title));
      return;
    }
    if (was_unmatched_ && slicing_ && slicing_->rules == SlicingRules::open_at_end)
      context_.findings->add(item.path, "structure",
                             fmt::format("This is of the slice {}, but comes after values of no slice.",
                                         sliced_.slices[found]->slice));
    if (slicing_ && slicing_->is_ordered && found < latest_)
      context_.findings->add(
          item.path, "structure",
          fmt::format("This is of the slice {}, but comes too late: the slices are ordered.",
                      sliced_.slices[found]->slice));
    latest_ = std::max(latest_, found);
    ++counts_[found];
    members_[found].push_back(item);
    check_node(context_, item, *sliced_.slices[found], profile_);
  }

  Context& context_;
  const At& owner_;
  const Node& sliced_;
  const Profile& profile_;
  const Slicing* slicing_;
  std::vector<Discriminator> discriminators_;
  std::vector<std::size_t> counts_;
  std::vector<std::vector<At>> members_;
  std::size_t latest_ = 0;
  bool was_unmatched_ = false;
};

}  // namespace

void check_slices(Context& context, const At& owner, const std::vector<At>& items, const Node& sliced,
                  const Profile& profile) {
  Cut(context, owner, sliced, profile, nullptr).run(items);
}

}  // namespace handoff::validation
