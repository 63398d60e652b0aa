#include "admission/indexing.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "admission/derivation.h"
#include "core/limits.h"
#include "core/log.h"
#include "json/document.h"
#include "search/parameter_text.h"
#include "store/resources.h"
#include "store/search.h"

namespace handoff::admission {
namespace {

using store::AddedParameter;
using store::ParameterState;
using Clock = std::chrono::steady_clock;

constexpr std::string_view first_form = "1";

bool has_state(const std::vector<AddedParameter>& all, ParameterState state) {
  return std::any_of(all.begin(), all.end(),
                     [state](const AddedParameter& each) { return each.state == state; });
}

Result<void> commit(store::Store& store, store::ParameterStep step) {
  store::Batch batch;
  batch.parameters = std::move(step);
  auto committed = store.commit_and_wait(std::move(batch));
  if (!committed) return committed.error();
  return {};
}

// `added`, with the numbers that the store has for the same url and text.
Result<std::vector<fhir::SearchParameter>> numbered(std::span<const fhir::SearchParameter> added,
                                                    const std::vector<AddedParameter>& known) {
  std::vector<fhir::SearchParameter> all(added.begin(), added.end());
  for (fhir::SearchParameter& parameter : all) {
    const std::string text = search::to_text(parameter);
    const auto found = std::find_if(known.begin(), known.end(), [&](const AddedParameter& each) {
      return each.state != ParameterState::forgotten && each.url == parameter.url && each.definition == text;
    });
    if (found == known.end())
      return problem(Kind::fault, fmt::format("the store has no number for {}", parameter.url));
    parameter.index = found->number;
  }
  return all;
}

// `form`: the rules by which rows are made.
std::vector<AddedParameter> wanted(std::span<const fhir::SearchParameter> added, std::string_view form) {
  std::vector<AddedParameter> all = {{std::string(store::all_rows), std::string(form)}};
  for (const fhir::SearchParameter& parameter : added)
    all.push_back({std::string(parameter.url), search::to_text(parameter)});
  return all;
}

bool is_settled(const std::vector<AddedParameter>& all, const std::vector<AddedParameter>& known) {
  return all.size() == known.size() && std::all_of(all.begin(), all.end(), [&](const AddedParameter& one) {
           return std::any_of(known.begin(), known.end(), [&](const AddedParameter& each) {
             return each.state == ParameterState::ready && each.url == one.url &&
                    each.definition == one.definition;
           });
         });
}

Result<void> settle(store::Store& store, std::span<const fhir::SearchParameter> added) {
  const store::Snapshot snapshot = store.snapshot();
  const auto known = snapshot.searches().added_parameters();
  store::ParameterStep step;
  step.all = wanted(added, search::rows_form);
  if (is_settled(*step.all, known)) return {};
  const bool has_form = std::any_of(known.begin(), known.end(),
                                    [](const AddedParameter& each) { return each.url == store::all_rows; });
  step.is_indexed = known.empty() && snapshot.resources().newest_pk() == store::Pk::none;
  if (has_form || step.is_indexed) return commit(store, std::move(step));
  // Stores of the first form do not name it. Now it is named and forgotten, so that its rows go.
  store::ParameterStep first;
  first.all = wanted(added, first_form);
  if (auto named = commit(store, std::move(first)); !named) return named;
  return commit(store, std::move(step));
}

Result<void> forget(store::Store& store) {
  auto known = store.snapshot().searches().added_parameters();
  if (!has_state(known, ParameterState::forgotten)) return {};
  log::info("index: removing rows of search parameters that nobody has any more, or of an earlier form");
  while (has_state(known, ParameterState::forgotten)) {
    store::ParameterStep step;
    step.rows_to_forget = limits::index_rows_forgotten_at_once;
    if (auto done = commit(store, std::move(step)); !done) return done.error();
    known = store.snapshot().searches().added_parameters();
  }
  return {};
}

// Gives every existing resource the rows of the parameters that are being indexed.
class Indexing {
 public:
  Indexing(store::Store& store, const fhir::Definitions& definitions,
           const std::vector<AddedParameter>& known)
      : store_(store), definitions_(definitions) {
    pk_ = store::Pk{INT64_MAX};
    for (const AddedParameter& each : known) {
      if (each.state != ParameterState::indexing) continue;
      numbers_.insert(each.number);
      indexes_all_ |= each.url == store::all_rows;
      pk_ = std::min(pk_, each.indexed_pk);
    }
    for (const fhir::SearchParameter& parameter : definitions.all_search_parameters())
      if (numbers_.contains(parameter.index)) types_.insert(parameter.bases.begin(), parameter.bases.end());
    if (indexes_all_)
      for (const fhir::Type* type : definitions.resources()) types_.insert(type->name);
  }

  Result<void> run() {
    const auto indexer = search::Indexer::create(definitions_, [this](const fhir::SearchParameter& each) {
      return indexes_all_ || numbers_.contains(each.index);
    });
    if (!indexer) return indexer.error();
    log::info(indexes_all_ ? std::string("index: all rows are made in the present form")
                           : fmt::format("index: {} search parameters of packages are new", numbers_.size()));
    for (bool is_end = false; !is_end;) {
      store::ParameterStep step = next(*indexer);
      is_end = step.is_indexed;
      if (auto done = commit(store_, std::move(step)); !done) return done.error();
      tell(is_end);
    }
    return {};
  }

 private:
  store::ParameterStep next(const search::Indexer& indexer) {
    store::ParameterStep step;
    std::size_t bytes = 0;
    const std::vector<std::string_view> types(types_.begin(), types_.end());
    bool more = false;
    store_.snapshot().resources().each_resource_after(pk_, types, [&](const store::Version& version) {
      more =
          step.missing.size() == limits::commit_group_resources_max || bytes >= limits::index_bytes_at_once;
      if (more) return false;
      bytes += version.body.size();
      step.missing.push_back(rows_of(indexer, version));
      pk_ = version.pk;
      return true;
    });
    done_ += step.missing.size();
    step.indexed_pk = pk_;
    step.is_indexed = !more;
    return step;
  }

  store::MissingRows rows_of(const search::Indexer& indexer, const store::Version& version) const {
    store::MissingRows missing{version.pk, version.patient_number, version.shape, version.type, {}, {}};
    const auto parsed = json::parse(version.body);
    if (!parsed) return missing;  // `db verify` reports it
    const fhir::Reference patient =
        version.patient.empty() ? fhir::Reference() : fhir::Reference("Patient", version.patient);
    Faceted faceted = derive(indexer, definitions_, parsed->root(), patient, version.disclosers);
    missing.shapes = std::move(faceted.shapes);
    missing.rows = std::move(faceted.rows);
    return missing;
  }

  void tell(bool is_end) {
    if (!is_end && Clock::now() - told_ < limits::index_progress_interval) return;
    told_ = Clock::now();
    log::info(fmt::format("index: {} resources looked at{}", done_, is_end ? ", all are indexed" : ""));
  }

  store::Store& store_;
  const fhir::Definitions& definitions_;
  std::set<std::uint16_t> numbers_;
  bool indexes_all_ = false;
  std::set<std::string_view> types_;
  store::Pk pk_ = store::Pk::none;
  std::size_t done_ = 0;
  Clock::time_point told_ = Clock::now();
};

}  // namespace

Result<std::shared_ptr<const fhir::Definitions>> index_by(store::Store& store,
                                                          std::span<const fhir::SearchParameter> added) {
  if (auto settled = settle(store, added); !settled) return settled.error();
  if (auto forgotten = forget(store); !forgotten) return forgotten.error();
  const auto known = store.snapshot().searches().added_parameters();
  const auto all = numbered(added, known);
  if (!all) return all.error();
  const auto definitions = fhir::Definitions::r4().with(*all);
  if (has_state(known, ParameterState::indexing))
    if (auto indexed = Indexing(store, *definitions, known).run(); !indexed) return indexed.error();
  return definitions;
}

}  // namespace handoff::admission
