// Resources of one state: versions, owners, and the identifiers by which they are known.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fhir/resource_id.h"
#include "search/index_rows.h"
#include "store/batch.h"
#include "store/version.h"

namespace handoff::store {

class Resources {
 public:
  virtual ~Resources() = default;

  // also deleted ones
  virtual std::optional<Version> read(std::string_view type, std::string_view id) const = 0;
  virtual std::optional<Version> vread(std::string_view type, std::string_view id,
                                       std::uint32_t version) const = 0;
  // All versions, newest first, without their bodies: there may be many. Empty: there never was one.
  virtual std::vector<Version> history(std::string_view type, std::string_view id) const = 0;
  // the version of this number, current or older
  virtual std::optional<Version> at(Pk pk) const = 0;
  // current, also deleted ones
  virtual std::optional<Row> find(std::string_view type, std::string_view id) const = 0;
  // Which labels of the current version arrived, as JSON. Nothing: the version is older than this record of
  // labels.
  virtual std::optional<std::string> arrived_labels(std::string_view type, std::string_view id) const = 0;
  // Current resources with this token, newest first, at most `count`. Check the resource itself, because
  // hashes may collide.
  virtual std::vector<Version> with_token(search::ParameterKey parameter, std::uint64_t hash,
                                          std::size_t count) const = 0;
  virtual Pk newest_pk() const = 0;  // of the newest version; none: there is none

  // Current resources of a type that belong to a patient, newest first.
  virtual std::vector<Version> of_patient(const fhir::ResourceId& patient, std::string_view type) const = 0;
  // Identifies the result of of_patient() without reading it. What was derived from that result holds while
  // this stays the same.
  virtual ReadList list_of(const fhir::ResourceId& patient, std::string_view type) const = 0;
  // nobody: the store knows no patient with this id
  virtual PatientNumber patient_number(const fhir::ResourceId& id) const = 0;
  virtual std::optional<fhir::ResourceId> patient_id(PatientNumber number) const = 0;
  // Does some current resource of the patient, of another type than `type`, satisfy this? It stops at the
  // first one. `satisfies` may read from this state, and may also call has_other().
  virtual bool has_other(PatientNumber patient, std::string_view type,
                         const std::function<bool(std::uint32_t shape, Pk pk)>& satisfies) const = 0;
  // Does some current resource of the patient have this type and this shape?
  virtual bool has_shape(PatientNumber patient, std::string_view type, std::uint32_t shape) const = 0;
  // The patients known by (system, value).
  virtual std::vector<fhir::ResourceId> identified(std::string_view system, std::string_view value) const = 0;

  // current, not deleted
  virtual std::vector<std::pair<std::string, std::size_t>> counts_by_type() const = 0;
  // Every current resource, oldest version first, for verification and export. Stops if `visit` returns
  // false.
  virtual void each_resource(const std::function<bool(const Version&)>& visit) const = 0;
  // The existing resources of these types, behind the version `pk`.
  virtual void each_resource_after(Pk pk, const std::vector<std::string_view>& types,
                                   const std::function<bool(const Version&)>& visit) const = 0;
};

}  // namespace handoff::store
