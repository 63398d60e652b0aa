// What the ledger says about a disclosure before its bytes leave (42 CFR 2.32, 45 CFR 164.528): whose record,
// from whom, to whom, for which purpose, by which consents, which versions of which resources, and by which
// channel.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "disclosure/released.h"
#include "fhir/resource_id.h"

namespace handoff::disclosure {

// The version of the decision rules. Raise it when the rules change.
inline constexpr std::string_view rule_set = "2";

struct Occasion {
  std::string client;     // client_id; empty: a push
  std::string recipient;  // "Organization/ORG-PCP1"
  std::string purpose;
  std::string channel;  // read, search, push
  std::string event;    // of a push: "E14"
};

// One entry for each patient. Nothing is noted for what is no disclosure to another: the discloser's own
// records and the directory.
std::vector<std::string> disclosure_entries(const Occasion& occasion, const std::vector<Leaving>& leaving);

// What a client looked at on behalf of the custodian of the records.
std::string custodian_entry(const std::string& client, std::string_view channel,
                            const std::vector<std::string>& references);
std::string custodian_entry(const std::string& client, std::string_view channel,
                            const std::vector<fhir::Reference>& patients);

}  // namespace handoff::disclosure
