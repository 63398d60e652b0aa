// archive_compiler OUTPUT CODES FILE…: packs the conformance resources of the files into one archive
// (archive_format.h). From a Bundle it takes the resources that programs ask for by canonical, without prose.
// A resource that is a file of its own stays whole. CODES are added to code systems
// (fhir-profiles/added-codes.json).
#include <zlib.h>

#include <array>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <set>
#include <stdexcept>

#include "fhir/archive_format.h"
#include "json/document.h"

namespace handoff::fhir {
namespace {

constexpr std::array archived = {"CodeSystem", "ConceptMap", "ValueSet"};
// Members that no program reads.
constexpr std::array prose = {"text",         "meta",       "extension", "publisher",   "contact",
                              "description",  "purpose",    "copyright", "date",        "useContext",
                              "jurisdiction", "definition", "comment",   "experimental"};

json::Value without_prose(json::Arena& arena, json::Value value) {
  if (value.is_array()) {
    std::vector<json::Value> items;
    for (const json::Value item : value.items()) items.push_back(without_prose(arena, item));
    return arena.array(items);
  }
  if (!value.is_object()) return value;
  std::vector<json::Member> members;
  for (const json::Member& member : value.members())
    if (std::find(prose.begin(), prose.end(), member.key) == prose.end())
      members.push_back({member.key, without_prose(arena, member.value)});
  return arena.object(members);
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path + "; has gateway/setup run?");
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Packed {
  std::string version, profiled, bytes;
  std::uint32_t length = 0;
};
using Resources = std::map<std::pair<std::string, std::string>, Packed>;  // by type and canonical

std::string pack(const std::string& text) {
  std::string packed(::compressBound(text.size()), '\0');
  uLongf length = packed.size();
  if (::compress2(reinterpret_cast<Bytef*>(packed.data()), &length,
                  reinterpret_cast<const Bytef*>(text.data()), text.size(), 9) != Z_OK)
    throw std::runtime_error("cannot compress");
  packed.resize(length);
  return packed;
}

// The type of resources that may claim the profile.
std::string_view profiled(json::Value resource) {
  const bool is_profile = resource["resourceType"].text() == "StructureDefinition" &&
                          resource["kind"].text() == "resource" &&
                          resource["derivation"].text() == "constraint" && !resource["abstract"].truth();
  return is_profile ? resource["type"].text() : "";
}

// Codes that are added to code systems. A code that does not fit ends the build.
class AddedCodes {
 public:
  explicit AddedCodes(const std::string& path) : document_(read(path)) {
    for (const json::Value code : document_.root().items()) open_.insert(code.storage());
  }

  json::Value added(json::Arena& arena, json::Value resource) {
    if (resource["resourceType"].text() != "CodeSystem") return resource;
    for (const json::Value code : document_.root().items()) {
      if (code["system"].text() != resource["url"].text()) continue;
      if (holds(resource["concept"], code["code"].text()))
        throw std::runtime_error(named(code) + " is there already");
      resource = json::with_member(arena, resource, "concept", below(arena, resource["concept"], code));
      if (!holds(resource["concept"], code["code"].text()))
        throw std::runtime_error(named(code) + ": there is no such parent");
      open_.erase(code.storage());
    }
    return resource;
  }
  void expect_all_added() const {
    for (const json::Value code : document_.root().items())
      if (open_.contains(code.storage())) throw std::runtime_error(named(code) + ": there is no such system");
  }

 private:
  static json::Document read(const std::string& path) {
    auto document = json::parse(read_file(path), {.relaxed = true});
    if (!document) throw std::runtime_error(path + ": " + document.error().summary());
    for (const json::Value code : document->root().items())
      for (const char* member : {"system", "code", "display", "parent", "source", "reason"})
        if (code[member].text().empty()) throw std::runtime_error(path + ": a code without " + member);
    return std::move(*document);
  }
  static std::string named(json::Value code) {
    return "added-codes.json: " + std::string(code["code"].text());
  }
  static bool holds(json::Value concepts, std::string_view code) {
    const auto items = concepts.items();
    return std::any_of(items.begin(), items.end(), [&](json::Value one) {
      return one["code"].text() == code || holds(one["concept"], code);
    });
  }
  static json::Value below(json::Arena& arena, json::Value concepts, json::Value code) {
    std::vector<json::Value> all;
    for (json::Value one : concepts.items()) {
      if (one["code"].text() == code["parent"].text()) {
        std::vector<json::Value> children(one["concept"].items().begin(), one["concept"].items().end());
        const json::Member made[] = {{"code", code["code"]}, {"display", code["display"]}};
        children.push_back(arena.object(made));
        one = json::with_member(arena, one, "concept", arena.array(children));
      } else if (one["concept"]) {
        one = json::with_member(arena, one, "concept", below(arena, one["concept"], code));
      }
      all.push_back(one);
    }
    return arena.array(all);
  }

  json::Document document_;
  std::set<const void*> open_;
};

void keep(Resources& all, json::Value resource) {
  const std::string type(resource["resourceType"].text()), url(resource["url"].text()),
      text = json::write(resource);
  all[{type, url}] = {std::string(resource["version"].text()), std::string(profiled(resource)), pack(text),
                      std::uint32_t(text.size())};
}

void add(Resources& all, AddedCodes& codes, const std::string& path) {
  auto document = json::parse(read_file(path));
  if (!document) throw std::runtime_error(path + ": " + document.error().summary());
  if (document->root()["url"]) return keep(all, document->root());
  for (const json::Value entry : document->root()["entry"].items()) {
    const json::Value resource = entry["resource"];
    if (!resource["url"] ||
        std::find(archived.begin(), archived.end(), resource["resourceType"].text()) == archived.end())
      continue;
    json::Arena arena;
    keep(all, codes.added(arena, without_prose(arena, resource)));
  }
}

void append(std::string& out, const auto& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

std::string written(const Resources& all) {
  std::string out, bodies;
  append(out, std::uint32_t(all.size()));
  for (const auto& [name, packed] : all) {
    append(out, ArchiveHead{.offset = std::uint32_t(bodies.size()),
                            .packed_bytes = std::uint32_t(packed.bytes.size()),
                            .bytes = packed.length,
                            .type_bytes = std::uint32_t(name.first.size()),
                            .canonical_bytes = std::uint32_t(name.second.size()),
                            .version_bytes = std::uint32_t(packed.version.size()),
                            .profiled_bytes = std::uint32_t(packed.profiled.size())});
    out += name.first + name.second + packed.version + packed.profiled;
    bodies += packed.bytes;
  }
  return out + bodies;
}

}  // namespace
}  // namespace handoff::fhir

int main(int count, char** arguments) try {
  if (count < 4) throw std::runtime_error("usage: archive_compiler OUTPUT CODES FILE…");
  handoff::fhir::Resources all;
  handoff::fhir::AddedCodes codes(arguments[2]);
  for (int i = 3; i < count; ++i) handoff::fhir::add(all, codes, arguments[i]);
  codes.expect_all_added();
  std::ofstream file(arguments[1], std::ios::binary);
  file << handoff::fhir::written(all);
  if (!file.flush()) throw std::runtime_error(std::string("cannot write ") + arguments[1]);
  return 0;
} catch (const std::exception& error) {
  std::cerr << "archive_compiler: " << error.what() << '\n';
  return 1;
}
