// What one recipient may see, for one purpose, of one state of the store, at one instant. Inside a search,
// the view says which rows exist for the recipient. It releases each resource without what the recipient may
// not know. The decision itself follows consent.md (consent/verdict.h). This class applies it to the store.
// One request, one thread.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "consent/verdict.h"
#include "core/clock.h"
#include "disclosure/scope.h"
#include "disclosure/view.h"
#include "fhir/definitions.h"
#include "fhir/resource_id.h"
#include "json/document.h"
#include "store/numbers.h"
#include "store/search.h"

namespace handoff::disclosure {

class RecipientView final : public View, public store::Visibility {
 public:
  // `names`: what the names of facilities reveal, for the sections of a Composition; null: nothing. `client`:
  // the client_id that the ledger names; empty for a push.
  RecipientView(const store::Snapshot& snapshot, Scope& scope, Audience audience, Instant now,
                std::shared_ptr<const consent::TellingNames> names = nullptr, std::string client = {});
  // The same view, as if the patient had these consents at this instant, instead of the stored ones.
  RecipientView(const RecipientView& other, const fhir::Reference& patient,
                std::vector<consent::Directive> instead, Instant at);

  bool sees(std::string_view type, std::string_view id) const override;
  Result<void> check(const search::Query& query) const override;
  std::optional<store::Version> find(const ReadRequest& request) const override;
  std::vector<store::Version> history(std::string_view type, std::string_view id) const override;
  std::optional<Released> release(const store::Version& version) const override {
    return release_by(version, {});
  }
  Result<store::SearchResult> find_all(const search::Query& query, std::string_view after,
                                       const Deadline& deadline) const override;
  std::optional<store::Version> at(store::Pk pk) const override;
  void forget() const override;
  std::vector<std::string> ledger_entries(std::string_view channel,
                                          const std::vector<Leaving>& leaving) const override;

  store::Sight sight(store::PatientNumber patient, std::uint32_t shape) const override;
  bool sees_other(store::PatientNumber patient) const override;
  bool holds(store::Pk pk) const override;
  const std::vector<store::PatientNumber>* small_cohort(std::string_view type) const override;
  std::int64_t shown_ms(const store::RowTime& row, std::int64_t at_least) const override;
  std::int64_t last_gain_ms() const override;

  bool visible(store::PatientNumber patient, std::uint32_t shape, store::Pk pk) const {
    return store::is_visible(*this, patient, shape, pk);
  }

  // Does the resource exist and is it hidden? References to it ("Goal/x") are then removed, except where
  // consent/redaction.h says that they stay.
  bool hides(std::string_view reference) const;
  // As release(), but limited to what one discloser ("Organization/x") releases; empty: any of them. An older
  // version is decided by today's labels and by its own.
  std::optional<Released> release_by(const store::Version& version, std::string_view discloser) const;
  // A Composition for a document, with the sections that the recipient may have (disclosure/sections.h).
  std::optional<Released> release_frame(const store::Version& version, json::Value composition,
                                        std::string_view discloser) const;
  // The same for this content, whatever the stored shape says.
  std::optional<Released> release_content(const store::Version& version, json::Value content,
                                          std::string_view discloser) const;

  // The patient's consents as they stand.
  const std::vector<consent::Directive>& directives_of(const fhir::Reference& patient) const;
  const Audience& audience() const { return audience_; }
  Instant now() const { return now_; }

 private:
  ShapeSight shape_sight(store::PatientNumber patient, std::uint32_t shape) const;
  bool is_hidden(store::PatientNumber patient, std::uint32_t shape) const;
  bool names_above(std::uint32_t shape) const;
  const std::vector<std::string>& above() const;
  const std::vector<store::PatientNumber>& naming_patients() const;
  bool opens_patient(store::PatientNumber patient) const;
  ShapeSight decide(const Decisions& decisions, std::uint32_t shape) const;
  struct Asked {
    bool permit = false;
    bool is_named_only = false;  // somebody else's Consent that names the recipient
    bool is_whole = false;       // redaction leaves something
  };
  Asked row_at(store::Pk pk) const;
  json::Value keep(Result<json::Document> parsed) const;
  json::Value with_sections(const store::Version& version, json::Value composition,
                            std::string_view discloser) const;
  std::optional<Released> release_row(const store::Version& version, json::Value resource,
                                      const consent::Row& row) const;
  std::optional<Released> shown(const store::Version& version, json::Value resource,
                                const consent::Row& row) const;
  std::optional<Released> shown(const store::Version& version) const;
  Instant unchanged_since(const store::Version& version, const std::string& own) const;
  Instant time_of(store::Pk pk) const;
  // The same view again, for questions whose answers need not be kept. A reference lasts until the next call.
  const RecipientView& aside() const;
  Instant gained_of(const store::Version& version, const consent::RowDecision& decision) const;
  consent::Row row_of(json::Value resource, const store::Version& version,
                      std::string_view discloser = {}) const;
  consent::RowDecision decided(const consent::Row& row, const fhir::Reference& patient) const;
  std::string scope_of(const consent::RowDecision& decision, const fhir::Reference& patient) const;

  const store::Snapshot& snapshot_;
  Scope& scope_;
  const store::Grants& grants_;
  const Audience audience_;
  const Instant now_;
  const std::shared_ptr<const Classes> classes_;
  // The consents that replace a patient's stored ones.
  struct Instead {
    store::PatientNumber patient = store::PatientNumber::nobody;
    std::unique_ptr<Decisions> decisions;
  };
  std::optional<Instead> instead_;
  const bool discloses_;
  const std::shared_ptr<const consent::TellingNames> names_;
  const std::string client_;
  mutable std::unordered_map<store::PatientNumber, bool> others_seen_;
  mutable std::unordered_map<store::Pk, bool> asked_;
  mutable std::unordered_map<store::Pk, std::int64_t> shown_ms_;
  // computes times; it frees what it read when it is replaced
  mutable std::unique_ptr<const RecipientView> aside_;
  mutable std::size_t asked_aside_ = 0;
  mutable std::unordered_map<std::uint32_t, bool> names_above_;  // by shape
  mutable std::optional<std::vector<std::string>> above_;        // organizations above the recipient
  // patients whose Consents name the recipient or one above it
  mutable std::optional<std::vector<store::PatientNumber>> naming_;
  mutable std::unordered_map<fhir::Reference, Directives> directives_;
  mutable std::unordered_map<std::string, bool> hidden_;
  mutable std::deque<json::Document> documents_;
  mutable json::Arena arena_;
};

}  // namespace handoff::disclosure
