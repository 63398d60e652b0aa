// Stored resources as parsed values, through one snapshot. Everything read lives as long as this object. One
// thread.
#pragma once

#include <map>
#include <string>

#include "fhir/record.h"
#include "fhir/resource_id.h"
#include "json/document.h"
#include "store/resources.h"
#include "store/snapshot.h"

namespace handoff::store {

class StoredRecord : public fhir::RecordReader {
 public:
  explicit StoredRecord(const Snapshot& snapshot) : resources_(snapshot.resources()) {}
  json::Value read(std::string_view reference) override;
  std::vector<json::Value> of_patient(const fhir::Reference& patient, std::string_view type) override;
  bool is_disclosed_by(std::string_view reference, std::string_view organization) override;
  // Adds a resource that is not stored yet. It replaces the stored one, for decisions within the request that
  // writes it.
  void add_pending(std::string reference, fhir::Reference patient, json::Value resource);

 private:
  json::Value keep(const std::string& reference, const std::string& body);

  struct Pending {
    fhir::Reference patient;
    json::Value resource;
  };
  const Resources& resources_;
  std::map<std::string, json::Document, std::less<>> read_;
  std::map<std::string, Pending, std::less<>> pending_;
};

}  // namespace handoff::store
