#include "disclosure/custodian_answer.h"

#include "disclosure/ledger_entry.h"
#include "disclosure/seal.h"

namespace handoff::disclosure {

Disclosed custodian_answer(const std::string& client, std::string_view channel,
                           const std::vector<fhir::Reference>& patients, std::string bytes) {
  if (patients.empty()) return seal(std::move(bytes), {});
  return seal(std::move(bytes), {custodian_entry(client, channel, patients)});
}

}  // namespace handoff::disclosure
