// Read access to stored resources, for modules that know no store: by reference, and by patient and type.
#pragma once

#include <string_view>
#include <vector>

#include "fhir/resource_id.h"
#include "json/value.h"

namespace handoff::fhir {

class RecordReader {
 public:
  virtual ~RecordReader() = default;
  // Current version of "Type/id"; absent if there is none. Lives as long as the reader.
  virtual json::Value read(std::string_view reference) = 0;
  // Current resources of a type whose patient is this one, newest first.
  virtual std::vector<json::Value> of_patient(const Reference& patient, std::string_view type) = 0;
  // Does this organization ("Organization/x") disclose the resource stored as "Type/id"? True for a resource
  // that is only being written.
  virtual bool is_disclosed_by(std::string_view reference, std::string_view organization) = 0;
};

}  // namespace handoff::fhir
