// Since when a resource has been as its recipient sees it (README.md, "Versions and times of a view").
#include <algorithm>

#include "disclosure/recipient_view.h"
#include "store/resources.h"

namespace handoff::disclosure {
namespace {

constexpr std::size_t asked_aside_max = 256;  // resources kept, read and redacted, to find their times

}  // namespace

// A part stays the same while others change the rest. So its time is that of the first version that shows the
// same. The result is remembered, so each version is examined once.
Instant RecipientView::unchanged_since(const store::Version& version, const std::string& own) const {
  if (version.version == 1) return version.updated;
  if (const auto known = scope_.shown_since(version.pk, own)) return *known;
  Instant since = version.updated;
  for (const store::Version& older : snapshot_.resources().history(version.type, version.id)) {
    if (older.version >= version.version) continue;
    if (const auto known = scope_.shown_since(older.pk, own)) {
      since = *known;
      break;
    }
    const auto version_before = snapshot_.resources().at(older.pk);
    const auto before = version_before ? shown(*version_before) : std::nullopt;
    if (!before || before->version != own) break;
    since = older.updated;
  }
  scope_.remember_shown(version.pk, own, since);
  return since;
}

// Consents do not give what belongs to nobody. A resource that the recipient discloses follows the
// recipient's own gain. A resource that others release follows the other gain. If both apply, the later one
// counts. A Patient follows both, because it is visible only with something else.
Instant RecipientView::gained_of(const store::Version& version, const consent::RowDecision& decision) const {
  if (version.patient_number == store::PatientNumber::nobody) return {};
  const consent::Gained gained = classes_->gained_of(version.patient_number);
  const auto& disclosers = decision.disclosers;
  if (version.type == "Patient") return std::max(gained.own, gained.more);
  const bool is_own = decision.internal || std::find(disclosers.begin(), disclosers.end(),
                                                     audience_.recipient) != disclosers.end();
  return std::max(is_own ? gained.own : Instant{}, decision.internal ? Instant{} : gained.more);
}

std::int64_t RecipientView::last_gain_ms() const { return classes_->last_gain.time_since_epoch().count(); }

// If nothing was gained since, the time of the version is the time that is shown, unless the view is a part
// that may be older. Otherwise the resource itself is examined.
std::int64_t RecipientView::shown_ms(const store::RowTime& row, std::int64_t at_least) const {
  const consent::Gained gained =
      row.patient == store::PatientNumber::nobody ? consent::Gained{} : classes_->gained_of(row.patient);
  const std::int64_t latest =
      std::max<std::int64_t>(row.updated_ms, std::max(gained.more, gained.own).time_since_epoch().count());
  const bool may_be_older =
      row.version > 1 && (audience_.projected || row.type == "Patient" || row.type == "Consent");
  if (latest < at_least || (latest == row.updated_ms && !may_be_older)) return latest;
  if (const auto known = shown_ms_.find(row.pk); known != shown_ms_.end()) return known->second;
  return shown_ms_[row.pk] = time_of(row.pk).time_since_epoch().count();
}

// A search may ask about everything that it finds. So what was read is freed after a few hundred resources.
const RecipientView& RecipientView::aside() const {
  if (!aside_ || ++asked_aside_ % asked_aside_max == 0)
    aside_ = std::make_unique<RecipientView>(snapshot_, scope_, audience_, now_, names_);
  return *aside_;
}

Instant RecipientView::time_of(store::Pk pk) const {
  const auto version = snapshot_.resources().at(pk);
  const auto released = version ? aside().release(*version) : std::nullopt;
  return released ? released->updated : Instant{};
}

}  // namespace handoff::disclosure
