// A code system: its concepts, their hierarchy, and what else is said of them (R4 "codesystem"). Immutable
// once made. Concepts are views into the text that it keeps.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/result.h"
#include "json/document.h"

namespace handoff::terminology {

struct Concept {
  std::string_view code, display;
  bool is_abstract = false;  // stands for the concepts below it and is not recorded by itself
  bool is_inactive = false;
  json::Value source = {};  // as published; absent if it came from a table
};

class CodeSystem {
 public:
  // Problem: incorrect (no url, a concept without code, a code twice), naming the element. Stated parents
  // that do not exist are left out, because a part of a system may name them.
  static Result<CodeSystem> read(json::Document resource);
  // A table (CSV, UTF-8) of a system that may not be shipped; an operator brings it. Its header has the
  // columns "system" (the URL; the first record gives it for all), "code" and "display". Optional columns are
  // "version" (given like "system"), "parent" (codes between '|') and "inactive" ("true"). Other columns are
  // ignored. The table holds all codes of the system. Problem: incorrect, naming the record.
  static Result<CodeSystem> read_table(std::string_view csv);

  const std::string& url() const { return url_; }
  const std::string& version() const { return version_; }
  const std::string& name() const { return name_; }
  // All its codes are known: a code that is not here does not exist.
  bool is_complete() const { return is_complete_; }
  bool is_case_sensitive() const { return is_case_sensitive_; }
  bool is_supplement() const { return !supplements_.empty(); }
  const std::string& supplements() const { return supplements_; }  // the canonical to which it adds displays

  // parents before their children, as published
  std::span<const Concept> concepts() const { return concepts_; }
  const Concept* find(std::string_view code) const;
  std::span<const std::uint32_t> parents(const Concept& item) const;
  // Is `ancestor` the concept itself or above it, by any path?
  bool subsumes(const Concept& ancestor, const Concept& descendant) const;
  // The values of a property of a concept. "parent" and "child" come from the hierarchy; "concept" and "code"
  // are its code.
  std::vector<std::string_view> property(const Concept& item, std::string_view code) const;
  // May a concept of this system have such a property? True of those that R4 defines for all systems, of
  // declared ones and of those in use.
  bool knows_property(std::string_view code) const;

 private:
  Result<void> add_all(json::Value concepts, std::optional<std::uint32_t> parent);
  Result<void> add(Concept item, std::vector<std::uint32_t> parents);
  void add_stated_parents();
  void index_children();  // once all parents are known
  std::uint32_t place(const Concept& item) const { return std::uint32_t(&item - concepts_.data()); }

  std::string url_, version_, name_, supplements_;
  bool is_complete_ = false, is_case_sensitive_ = true;
  std::shared_ptr<json::Document> document_;  // or table_
  std::shared_ptr<std::string> table_;
  std::vector<Concept> concepts_;
  std::vector<std::vector<std::uint32_t>> parents_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> children_;  // parent and child, sorted
  std::set<std::string_view> properties_;                          // declared or in use
  // by code, in lower case if case does not matter
  std::unordered_map<std::string, std::uint32_t> places_;
};

}  // namespace handoff::terminology
