// Undoes a wrong merge: the contributions to one Patient go back to the people that they belong to, together
// with the resources that their records made.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "admission/admission.h"
#include "core/id_key.h"
#include "fhir/resource_id.h"
#include "identity/recognition.h"
#include "store/store.h"

namespace handoff::intake {

// Works on one snapshot. The submission refers to it.
class Split {
 public:
  // New people get ids by `id_key`. All arguments must outlive it.
  Split(store::Snapshot snapshot, fhir::ResourceId patient, const identity::Tables& tables,
        const IdKey& id_key);

  // Finds the people. The oldest keeps the id, and the others get new ones. Problem: not_found (there is no
  // Patient with this id), unprocessable (nothing tells who the data belongs to).
  Result<void> plan();

  // Everything is written, or nothing.
  admission::Submission submission(const std::string& actor) const;

  // The kept one first.
  std::vector<fhir::Reference> people() const;
  // moved(): everything that was stored under the wrong person. unassigned(): what no record assigns to a
  // person. It stays with the kept person.
  std::vector<std::string> moved() const;
  const std::vector<std::string>& unassigned() const { return unassigned_; }
  std::vector<store::IdentityClaim> identities() const;

 private:
  struct Given {
    store::Contribution row;
    identity::PersonClaim evidence;
    json::Value resource;
    bool names_person = true;
    int person = -1;
  };
  struct Held {
    store::Version version;
    int person = -1;
  };
  void read_contributions();
  json::Value given_before(const std::string& discloser);
  void read_marks(const std::string& disclosers);
  void read_resources();
  void assign_by_references();
  void assign_resources();
  int person_by_disclosers(const store::Version& version) const;
  int person_by_references(json::Value resource, const store::Version& version) const;
  fhir::ResourceId new_id(int person) const;
  json::Value unattributed(json::Arena& arena) const;

  const store::Snapshot snapshot_;
  const fhir::ResourceId patient_;
  const identity::Tables& tables_;
  const IdKey& id_key_;
  mutable json::Arena arena_;
  json::Document current_;
  std::uint32_t version_ = 0;
  std::vector<json::Document> documents_;
  std::vector<Given> given_;
  std::map<std::string, Held> held_;
  std::vector<fhir::ResourceId> ids_;  // of the people, the kept one first
  std::vector<std::string> unassigned_;
};

// Who received which of these resources, from the ledger's entries about this Patient: [{"recipient",
// "purpose", "channel", "first", "last", "resources": […]}]
std::string past_recipients(const std::vector<store::JournaledEntry>& ledger, const fhir::Reference& patient,
                            const std::vector<std::string>& mixed);

}  // namespace handoff::intake
