#include "tools/store_verification.h"

#include <fmt/format.h>

#include <algorithm>
#include <list>
#include <set>

#include "admission/derivation.h"
#include "consent/codes.h"
#include "consent/fold.h"
#include "core/civil.h"
#include "fhir/resource_id.h"
#include "search/index_rows.h"
#include "search/parameter_text.h"
#include "serve/engine.h"
#include "store/outbox.h"
#include "store/record.h"
#include "store/resources.h"
#include "store/search.h"
#include "store/settings.h"
#include "tools/progress.h"

namespace handoff::gateway {
namespace {

using json::Value;

constexpr std::string_view clock_setting = "clock";  // where a sandbox keeps its clock

class Run {
 public:
  // `compares_rows`: the index was made by the present rules.
  Run(store::Verification& verification, const search::Indexer& indexer, bool compares_rows)
      : verification_(verification), indexer_(indexer) {
    report_.index_is_current = compares_rows;
  }

  StoreReport run(const std::optional<std::string>& ledger_key) {
    verification_.check_file();
    if (ledger_key) report_.ledger = verification_.check_ledger(*ledger_key);
    verification_.check_versions();
    verification_.check_outbox();
    report_.outbox = verification_.snapshot().outbox().all().size();
    check_resources();
    if (report_.index_is_current) report_.index_rows = verification_.check_indexes();
    check_grants();
    report_.findings = verification_.findings();
    return std::move(report_);
  }

 private:
  void check_resources() {
    Progress progress("verifying resources");
    std::size_t total = 0;
    for (const auto& [type, count] : verification_.snapshot().resources().counts_by_type()) total += count;
    progress.set_total(total);
    verification_.snapshot().resources().each_resource([&](const store::Version& version) {
      progress.show(++report_.resources);
      if (!version.deleted) check_resource(version);
      return true;
    });
  }

  void check_resource(const store::Version& version) {
    const std::string place = version.type + "/" + version.id;
    const auto parsed = json::parse(version.body);
    if (!parsed)
      return verification_.add("version", place, "its content is not JSON: " + parsed.error().summary());
    const Value resource = parsed->root(), meta = resource["meta"];
    if (resource["resourceType"].text() != version.type || resource["id"].text() != version.id)
      verification_.add("version", place, "its content belongs to another resource");
    if (meta["versionId"].text() != std::to_string(version.version) ||
        meta["lastUpdated"].text() != format_instant(version.updated))
      verification_.add("version", place, "its content belongs to another version");
    check_labels(place, version, meta["security"]);
    store::StoredRecord record(verification_.snapshot());
    fhir::Reference patient = admission::patient_of(resource, record);
    // The target of a Provenance may be gone by now. The Provenance still belongs to the same patient.
    if (version.type == "Provenance" && !version.patient.empty()) patient = {"Patient", version.patient};
    admission::Faceted faceted =
        admission::derive(indexer_, fhir::Definitions::r4(), resource, patient, version.disclosers);
    if (report_.index_is_current)
      verification_.expect(version, {patient.id(), std::move(faceted.shapes), std::move(faceted.rows)});
    if (version.type == "Consent" && !version.patient.empty()) patients_.insert(version.patient);
  }

  // The labels that arrived are kept beside the resource, and must be in it. Only a confidentiality may have
  // been raised since.
  void check_labels(const std::string& place, const store::Version& version, Value security) {
    const auto arrived = verification_.snapshot().resources().arrived_labels(version.type, version.id);
    const auto parsed =
        arrived && !arrived->empty() ? json::parse(*arrived) : Result<json::Document>(json::Document());
    if (!parsed) return verification_.add("label", place, "its list of labels that arrived is not JSON");
    const auto all = security.items();
    for (const Value coding : parsed->root().items()) {
      const auto same = [&](Value each) {
        return each["system"].text() == coding["system"].text() &&
               each["code"].text() == coding["code"].text();
      };
      if (coding["system"].text() != consent::confidentiality && std::none_of(all.begin(), all.end(), same))
        verification_.add("label", place, "lacks a label that arrived");
    }
  }

  void check_grants() {
    for (fhir::ResourceId& patient : verification_.patients_with_grants())
      patients_.insert(std::move(patient));
    report_.patients_with_consents = patients_.size();
    Instant at = SystemClock().now();
    if (const auto stood = verification_.snapshot().settings().find(clock_setting))
      if (const auto span = span_of(*stood)) at = span->first;
    for (const fhir::ResourceId& patient : patients_) {
      store::StoredRecord record(verification_.snapshot());
      std::vector<consent::Directive> directives;
      for (const Value consent : record.of_patient({"Patient", patient}, "Consent"))
        directives.push_back(consent::read_directive(consent));
      store::PatientGrants grants{patient, {}};
      for (const consent::Grant& folded : consent::fold_all(directives, at))
        grants.grants.push_back({folded.recipient, folded.purpose, folded.class_.text, folded.class_.until});
      report_.boundary_passed += verification_.check_grants(grants, at) ? 0 : 1;
    }
  }

  store::Verification& verification_;
  const search::Indexer& indexer_;
  StoreReport report_;
  std::set<fhir::ResourceId> patients_;
};

}  // namespace

namespace {

// The search parameters by which the store says it is indexed.
class SearchedBy {
 public:
  Result<std::shared_ptr<const fhir::Definitions>> definitions(const store::Snapshot& snapshot) {
    std::vector<fhir::SearchParameter> added;
    for (store::AddedParameter& known : stored_ = snapshot.searches().added_parameters()) {
      if (known.state == store::ParameterState::ready && known.url == store::all_rows &&
          known.definition == search::rows_form) {
        has_form_ = true;
        continue;
      }
      if (known.state == store::ParameterState::ready && known.url == store::all_rows) continue;
      if (known.state != store::ParameterState::ready)
        return problem(Kind::precondition,
                       "a search parameter is being indexed or removed: start the gateway first");
      auto text = json::parse(known.definition);
      if (!text) return text.error();
      auto parameter = search::read_parameter_text(texts_.emplace_back(std::move(*text)));
      if (!parameter) return parameter.error();
      parameter->url = parameter->code = known.url;
      parameter->index = known.number;
      added.push_back(std::move(*parameter));
    }
    return fhir::Definitions::r4().with(added);
  }
  bool has_present_form() const { return has_form_; }

 private:
  bool has_form_ = false;
  std::vector<store::AddedParameter> stored_;
  std::list<json::Document> texts_;
};

}  // namespace

Result<StoreReport> verify_store(const std::filesystem::path& store_file,
                                 const std::optional<std::string>& ledger_key) {
  auto verification = engine().verify(store_file);
  if (!verification) return verification.error();
  SearchedBy searched_by;
  const auto definitions = searched_by.definitions((*verification)->snapshot());
  if (!definitions) return definitions.error();
  const auto indexer = search::Indexer::create(**definitions);
  if (!indexer) return indexer.error();
  return Run(**verification, *indexer, searched_by.has_present_form()).run(ledger_key);
}

std::string to_json(const StoreReport& report) {
  json::Arena arena;
  std::vector<Value> findings;
  for (const store::Finding& finding : report.findings) {
    const json::Member members[] = {{"kind", arena.string(finding.kind)},
                                    {"place", arena.string(finding.place)},
                                    {"what", arena.string(finding.what)}};
    findings.push_back(arena.object(members));
  }
  const auto number = [&arena](std::size_t value) { return arena.integer((long long)value); };
  const Value none = json::Arena::null();
  const json::Member members[] = {
      {"sound", json::Arena::boolean(report.findings.empty())},
      {"resources", number(report.resources)},
      {"index_rows", number(report.index_rows)},
      {"index_is_current", json::Arena::boolean(report.index_is_current)},
      {"patients_with_consents", number(report.patients_with_consents)},
      {"boundary_passed", number(report.boundary_passed)},
      {"outbox", number(report.outbox)},
      {"ledger_entries", report.ledger ? number(report.ledger->entries) : none},
      {"ledger_waiting", report.ledger ? number(report.ledger->waiting) : none},
      {"ledger_head", report.ledger ? arena.string(report.ledger->seal) : none},
      {"findings", arena.array(findings)},
  };
  return json::write_pretty(arena.object(members)) + "\n";
}

std::string to_text(const StoreReport& report) {
  std::string out =
      fmt::format("resources      {}\nindex rows     {}\ndeliveries     {}\nconsents       of {} patients",
                  report.resources, report.index_rows, report.outbox, report.patients_with_consents);
  if (report.boundary_passed > 0)
    out += fmt::format(" ({} with expired folds, which are folded again when used)", report.boundary_passed);
  if (!report.index_is_current)
    out += "\nindex          by an earlier version, not compared: the next start makes it anew";
  if (!report.ledger) out += "\nledger         not checked: no key was given";
  else
    out += fmt::format("\nledger         {} entries, head {}", report.ledger->entries,
                       report.ledger->seal.empty() ? "none" : report.ledger->seal);
  if (report.ledger && report.ledger->waiting > 0)
    out += fmt::format("; {} more in its journal", report.ledger->waiting);
  return out + (report.findings.empty() ? "\nall is as it should be\n"
                                        : fmt::format("\n{} FINDINGS\n", report.findings.size()));
}

}  // namespace handoff::gateway
