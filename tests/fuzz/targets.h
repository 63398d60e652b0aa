// One function for each parser of input from outside. The fuzzer feeds them (tests/fuzz/run), and
// corpus_test.cpp replays its inputs. Each function takes any bytes, and throws if one of its invariants does
// not hold. No input may make it crash, hang or throw for another reason.
#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace handoff::fuzz {

void try_json(std::string_view text);      // a JSON text
void try_search(std::string_view text);    // "Patient?name=peter&_count=2"
void try_target(std::string_view text);    // "GET /fhir/Patient/1?_format=json"
void try_csv(std::string_view text);       // a file of a feed; JSON lines if it begins with a brace
void try_mapping(std::string_view text);   // a map.json
void try_jwt(std::string_view text);       // a compact JWS; or claims to be signed; or a file of clients
void try_fhirpath(std::string_view text);  // an expression
void try_validator(
    std::string_view text);  // a resource; or Parameters with a StructureDefinition and a resource
void try_framing(std::string_view text);  // the length of the pieces, then the bytes of a connection
void try_package(std::string_view text);  // a FHIR package: its .tgz, its tar or its files

struct Target {
  std::string_view name;  // of its folder in corpus/
  void (*run)(std::string_view text);
};

inline constexpr Target targets[] = {
    {"json", try_json},         {"search", try_search},       {"target", try_target},
    {"csv", try_csv},           {"mapping", try_mapping},     {"jwt", try_jwt},
    {"fhirpath", try_fhirpath}, {"validator", try_validator}, {"package", try_package},
    {"framing", try_framing},
};

inline void require(bool holds, const char* what) {
  if (!holds) throw std::logic_error(what);
}

}  // namespace handoff::fuzz
