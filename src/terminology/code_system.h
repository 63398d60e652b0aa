// A code system: its concepts, which of them stands above which, and what else is said of them (R4 "codesystem"). Immutable once
// made; concepts refer into the text that it keeps.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
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
  bool is_abstract = false;  // stands for those below it: not to be recorded by itself
  bool is_inactive = false;
  json::Value source = {};  // as published; absent where it came from a table
};

class CodeSystem {
 public:
  // Problem: incorrect (no url, a concept without code, a code twice), naming the element. Stated parents that are not there are left out:
  // a part of a system may name them.
  static Result<CodeSystem> read(json::Document resource);
  // A table (CSV, UTF-8), as an operator brings a system that nobody may ship. Its header names the columns "system" (the URL, said
  // by the first record for all), "code", "display", and where there are any "version" (as the system), "parent" (codes between '|')
  // and "inactive" ("true"); other columns are left alone. All codes of the system are in it. Problem: incorrect, naming the record.
  static Result<CodeSystem> read_table(std::string_view csv);

  const std::string& url() const { return url_; }
  const std::string& version() const { return version_; }
  const std::string& name() const { return name_; }
  // All its codes are known: what is not here does not exist.
  bool is_complete() const { return is_complete_; }
  bool is_case_sensitive() const { return is_case_sensitive_; }
  bool is_supplement() const { return !supplements_.empty(); }
  const std::string& supplements() const { return supplements_; }  // the canonical it adds displays to

  std::span<const Concept> concepts() const { return concepts_; }  // parents before their children, as published
  const Concept* find(std::string_view code) const;
  std::span<const std::uint32_t> parents(const Concept& item) const;
  // Itself or above it, by any way.
  bool subsumes(const Concept& ancestor, const Concept& descendant) const;
  // The values of a property of a concept, "parent" and "child" as the hierarchy has them, "concept" and "code" as its code.
  std::vector<std::string_view> property(const Concept& item, std::string_view code) const;

 private:
  Result<void> add_all(json::Value concepts, std::optional<std::uint32_t> parent);
  Result<void> add(Concept item, std::vector<std::uint32_t> parents);
  void add_stated_parents();
  void index_children();  // once all parents are known
  std::uint32_t place(const Concept& item) const { return std::uint32_t(&item - concepts_.data()); }

  std::string url_, version_, name_, supplements_;
  bool is_complete_ = false, is_case_sensitive_ = true;
  std::shared_ptr<json::Document> document_;  // or
  std::shared_ptr<std::string> table_;
  std::vector<Concept> concepts_;
  std::vector<std::vector<std::uint32_t>> parents_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> children_;  // parent and child, sorted
  std::unordered_map<std::string, std::uint32_t> places_;          // by code, in lower case where case does not matter
};

}  // namespace handoff::terminology
