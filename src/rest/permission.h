// What the requester may write, and what exists for it while it writes: only operators choose ids, and for everybody else what
// is hidden is as if it were not there (README.md: writes of others than operators).
#pragma once

#include "rest/identifier_query.h"
#include "rest/interaction.h"

namespace handoff::rest {

// Not Subscription: one that is stored would be waited upon, and nobody notifies by it yet.
bool is_type_served(std::string_view type);

// Everybody but operators writes for its own organization, what belongs to a patient, and neither the Patient, whom many know,
// nor a Consent, which opens what others hold: those come by their forms. Problem: unsupported (nobody writes this type yet), forbidden,
// alike whatever is stored.
Result<void> check_writer(const auth::Requester& requester, std::string_view type);
// References are resolved before. Problem: forbidden, at the type.
Result<void> check_subject(const auth::Requester& requester, json::Value resource);

// May it be asked for at all, whatever is stored? Problem: forbidden (no scope), incorrect (no id).
Result<void> check_reader(const auth::Requester& requester, std::string_view type);
Result<void> check_reader(const auth::Requester& requester, std::string_view type, std::string_view id);

enum class Standing { own, absent };

// Of a resource that is to be changed: the requester's own (to an operator all are), or absent, which hidden ones are too.
// Problem: forbidden, of what another organization disclosed.
Result<Standing> standing_of(const Context& context, const auth::Requester& requester, const store::Snapshot& snapshot,
                             std::string_view type, std::string_view id);

// The version that If-Match names ("3", or "v0f1e…" of what was shown in part), as the store counts: absent if it names none. Problem:
// precondition (it is not the current one), forbidden.
Result<std::optional<std::uint32_t>> stored_version(const Context& context, const auth::Requester& requester, const store::Snapshot& snapshot,
                                                    const disclosure::ReadRequest& named);

// An empty submission in the name of who asks. Lives as long as its arguments.
admission::Submission submission_of(const Context& context, const auth::Requester& requester, const store::Snapshot& snapshot);

// Which resources conditions may find. Lives as long as its arguments.
Seen seen_by(const Context& context, const auth::Requester& requester, const store::Snapshot& snapshot);

}  // namespace handoff::rest
