#include "mapping/plan_compiler.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "core/text.h"
#include "mapping/calls.h"
#include "mapping/declaration.h"
#include "mapping/template_compiler.h"

namespace handoff::mapping {
namespace {

std::optional<std::string> read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

void compile_lookup(const std::filesystem::path& folder, const Place& at, const json::Member& source,
                    Plan& plan, LoadErrors& errors) {
  const Place here = at.of_key(source.key);
  check_keys(here, source.value, {"file", "unmapped"}, errors);
  const std::string file(source.value["file"].text());
  const auto text = read_file(folder / file);
  if (!text || !file.starts_with("lookups/") || file.find("..") != std::string::npos)
    return errors.add(here, fmt::format("there is no file \"{}\"", file));
  auto table = LookupTable::parse(file, *text);
  if (!table) return errors.add(table.error());
  const json::Value unmapped = source.value["unmapped"];
  static constexpr std::pair<std::string_view, Unmapped> words[] = {
      {"error", Unmapped::error}, {"text", Unmapped::text}, {"pass", Unmapped::pass}};
  const auto word = std::find_if(std::begin(words), std::end(words),
                                 [&](const auto& w) { return w.first == unmapped.text(); });
  if (unmapped["fixed"].is_string()) {
    check_keys(here, unmapped, {"fixed"}, errors);
    table->unmapped = Unmapped::fixed;
    table->fixed = std::string(unmapped["fixed"].text());
    table->fixed_place = at.of(unmapped["fixed"]).text();
  } else if (word == std::end(words)) {
    errors.add(here, "the \"unmapped\" of a lookup must be \"error\", \"text\", \"pass\" or {\"fixed\": …}");
  } else {
    table->unmapped = word->second;
  }
  plan.lookups.emplace(std::string(source.key), std::move(*table));
}

void attach_lookups(std::vector<Column>& columns, const Plan& plan, LoadErrors& errors) {
  for (Column& column : columns) {
    attach_lookups(column.item, plan, errors);
    attach_lookups(column.fields, plan, errors);
    if (column.lookup.empty()) continue;
    const auto table = plan.lookups.find(column.lookup);
    if (table == plan.lookups.end())
      errors.add(column.declared, fmt::format("there is no lookup \"{}\"", column.lookup));
    else column.table = &table->second;
  }
}

// Compiles map.json except for `source` and `lookups`.
class MapCompiler {
 public:
  MapCompiler(Plan& plan, const std::filesystem::path& folder, const Place& at, LoadErrors& errors)
      : plan_(plan), errors_(errors), at_(at), templates_(plan, folder, errors) {}

  void compile(json::Value map) {
    taken(map["taken"]);
    if (map["person"]) person(at_.of(map["person"]), map["person"]);
    if (map["discloser"]) discloser(map["discloser"]);
    const json::Value produce = map["produce"];
    if (produce.size() == 0) errors_.add(at_, "the mapping produces nothing");
    std::vector<std::string> names;
    for (const json::Member& member : produce.members()) names.emplace_back(member.key);
    templates_.set_produced(names);
    templates_.take_references();
    for (const json::Member& member : produce.members()) produced(at_.of_key(member.key), member);
    check_amends();
    check_cycles();
    check_unused(plan_.contract.columns);
  }

 private:
  void discloser(json::Value source) {
    plan_.discloser = templates_.text(at_, source);
    if (plan_.discloser.parts.size() != 1 || !plan_.discloser.parts.front().slot.expression) return;
    static const RE2 id("(Organization/)?[A-Za-z0-9.-]{1,64}");
    for (const KnownValue& value : templates_.known(plan_.discloser.parts.front().slot.expression->text()))
      if (!value.text.empty() && !RE2::FullMatch(value.text, id))
        errors_.add(value.place.empty() ? at_.of(source).text() : value.place,
                    fmt::format("\"{}\" is not the id of an organization", value.text));
  }

  void taken(json::Value taken) {
    if (!taken) return;
    const Place here = at_.of(taken);
    check_keys(here, taken, {"on", "again"}, errors_);
    if (taken["again"] && !taken["again"].is_array())
      errors_.add(here.of(taken["again"]), "\"again\" is a list of columns");
    std::vector<json::Value> all{taken["on"]};
    all.insert(all.end(), taken["again"].items().begin(), taken["again"].items().end());
    for (const json::Value name : all) {
      const Column* column = plan_.contract.find(name.text());
      if (!column || (column->type != ColumnType::date && column->type != ColumnType::date_time)) {
        errors_.add(here.of(name), fmt::format("\"{}\" is not a column of dates", name.text()));
        continue;
      }
      plan_.taken.emplace_back(name.text());
      templates_.use_column(name.text());
    }
  }

  void person(const Place& at, json::Value source) {
    check_keys(at, source, {"link", "medicaid", "name", "birthDate", "sex"}, errors_);
    if (source["name"] && !source["name"].is_object())
      errors_.add(at.of(source["name"]), "\"name\" is {\"family\", \"given\"}");
    check_keys(at, source["name"], {"family", "given"}, errors_);
    PersonPlan person;
    if (source["link"] && !source["link"].is_array())
      errors_.add(at.of(source["link"]), "\"link\" is a list of {\"system\", \"value\"}");
    for (const json::Value link : source["link"].items()) {
      check_keys(at.of(link), link, {"system", "value"}, errors_);
      if (link["system"].text().empty() || !link["value"])
        errors_.add(at.of(link), "a link needs a system and a value");
      person.links.push_back({std::string(link["system"].text()), templates_.text(at, link["value"])});
    }
    person.medicaid = templates_.text(at, source["medicaid"]);
    person.family = templates_.text(at, source["name"]["family"]);
    person.given = templates_.text(at, source["name"]["given"]);
    person.birth_date = templates_.text(at, source["birthDate"]);
    person.sex = templates_.text(at, source["sex"]);
    plan_.person = std::move(person);
  }

  void produced(const Place& at, const json::Member& source) {
    Produced made;
    made.name = std::string(source.key);
    made.place = at.text();
    check_keys(at, source.value, {"key", "id", "when", "each", "require", "amends", "resource"}, errors_);
    const json::Value amends = source.value["amends"], resource = source.value["resource"];
    made.amends = bool(amends);
    const std::string_view type = made.amends ? amends["type"].text() : resource["resourceType"].text();
    made.type = plan_.definitions->find_resource(type);
    if (!made.type) return errors_.add(at.of(resource), fmt::format("\"{}\" is no resource type", type));
    const std::size_t before = templates_.variables().size();
    if (const json::Value each = source.value["each"]) {
      made.each = templates_.expression(at.of(each).within(1), each.text(), {.path = std::string(type)});
      templates_.define("item", made.each, each.text());
      templates_.variables().push_back("index");
    }
    if (const json::Value when = source.value["when"])
      made.when = templates_.expression(at.of(when).within(1), when.text());
    requirements(at, source.value["require"], made);
    if (made.amends) amended(at, source.value, made);
    else identity(at, source.value, made);
    templates_.set_guarded(source.value["when"] || source.value["require"]);
    made.resource =
        templates_.value(at.of(resource), resource, {.type = made.type, .path = std::string(type)});
    templates_.set_guarded(false);
    made.references = templates_.take_references();
    templates_.variables().resize(before);
    plan_.produced.push_back(std::move(made));
  }

  void requirements(const Place& at, json::Value source, Produced& made) {
    if (source && !source.is_array())
      errors_.add(at.of(source), "\"require\" is a list of {\"that\", \"say\"}");
    for (const json::Value require : source.items()) {
      const json::Value that = require["that"], say = require["say"];
      check_keys(at.of(require), require, {"that", "say"}, errors_);
      if (that.text().empty() || say.text().empty())
        errors_.add(at.of(require), "a requirement needs \"that\" and \"say\"");
      else
        made.requirements.push_back(
            {templates_.expression(at.of(that).within(1), that.text()), std::string(say.text())});
    }
  }

  void identity(const Place& at, json::Value source, Produced& made) {
    const json::Value key = source["key"];
    if (key.size() != 2)
      return errors_.add(at.of(key), "a produced resource needs a key of system and value");
    made.key_system = templates_.text(at.of(key), key.at(0));
    made.key_value = templates_.text(at.of(key), key.at(1));
    if (source["id"]) made.id = templates_.text(at, source["id"]);
    if (source["resource"]["id"])
      errors_.add(at.of(source["resource"]),
                  "the id derives from the key; to set another, put \"id\" beside \"key\"");
    if (plan_.produced.empty() && plan_.key.empty()) record_key(at.of(key), key.at(1), made);
  }

  // A record's key must be known before its values are checked. So it consists of raw column values.
  void record_key(const Place& at, json::Value source, const Produced& made) {
    if (made.each.expression)
      return errors_.add(at, "the first produced resource cannot have \"each\": every record makes one");
    for (const TextPart& part : made.key_value.parts) {
      if (!part.slot.expression) {
        plan_.key.push_back({part.literal, {}});
        continue;
      }
      const std::string path = column_path(part.slot.expression->text()).value_or(std::string());
      const Column* column = plan_.contract.find(path);
      if (!column) return errors_.add(at.of(source), "the first key may use columns only");
      if (!plan_.key_column) plan_.key_column = column;
      KeyPart key;
      if (plan_.contract.format && !plan_.contract.format->is_nested) key.path.push_back(path);
      else
        for (const std::string_view segment : split(path, '.')) key.path.emplace_back(segment);
      plan_.key.push_back(std::move(key));
    }
  }

  void amended(const Place& at, json::Value source, Produced& made) {
    const json::Value amends = source["amends"];
    for (const std::string_view key : {"key", "id", "each", "require"})
      if (source[key])
        errors_.add(at.of(source[key]), fmt::format("\"{}\" has no effect beside \"amends\"", key));
    check_keys(at.of(amends), amends, {"type", "where"}, errors_);
    const json::Value where = amends["where"];
    if (!where) return errors_.add(at.of(amends), "\"amends\" needs a \"where\"");
    made.where = templates_.criterion(at.of(where).within(1), where.text(), made.type);
    templates_.define("item", Slot{}, {});
  }

  void check_cycles() {
    // A resource is clear if it refers only to clear resources. A resource that never becomes clear is in a
    // circle of references.
    std::set<std::string> clear;
    for (bool goes_on = true; goes_on;) {
      goes_on = false;
      for (const Produced& made : plan_.produced) {
        if (clear.contains(made.name)) continue;
        const bool is_clear = std::all_of(made.references.begin(), made.references.end(),
                                          [&](const std::string& name) { return clear.contains(name); });
        if (is_clear) goes_on = clear.insert(made.name).second;
      }
    }
    for (const Produced& made : plan_.produced)
      if (!clear.contains(made.name) && errors_.empty())
        errors_.add(at_, fmt::format("the references of \"{}\" form a circle", made.name));
  }

  // Amended resources belong to a person. Either `person.link` or a resource that the record produces names
  // the person.
  void check_amends() {
    const auto is_of_somebody = [](const Produced& made) {
      constexpr std::string_view elements[] = {"patient", "subject", "beneficiary", "for", "individual"};
      return !made.amends && made.type &&
             (made.type->name == "Patient" ||
              std::any_of(std::begin(elements), std::end(elements),
                          [&](std::string_view name) { return made.type->find(name); }));
    };
    const bool is_somebody_known = (plan_.person && !plan_.person->links.empty()) ||
                                   std::any_of(plan_.produced.begin(), plan_.produced.end(), is_of_somebody);
    for (const Produced& made : plan_.produced)
      if (made.amends && !is_somebody_known)
        errors_.add(made.place, fmt::format("\"{}\" amends a resource of an unknown person: the mapping "
                                            "needs a \"person\" with a \"link\"",
                                            made.name));
  }

  void check_unused(const std::vector<Column>& columns) {
    for (const Column& column : columns) {
      if (column.type == ColumnType::group) check_unused(column.fields);
      else if (!column.unused && !is_used(column.path) && errors_.empty())
        errors_.add(column.declared,
                    fmt::format("the column \"{}\" is neither used nor marked \"unused\"", column.path));
    }
  }
  // An expression that reads a whole group uses every column in it. A used field of a list of objects uses
  // the list.
  bool is_used(const std::string& path) const {
    const auto& used = templates_.used_columns();
    return std::any_of(used.begin(), used.end(), [&](const std::string& name) {
      return name == path || path.starts_with(name + ".") || name.starts_with(path + ".");
    });
  }

  Plan& plan_;
  LoadErrors& errors_;
  Place at_;
  TemplateCompiler templates_;
};

}  // namespace

Result<std::shared_ptr<const Plan>> compile_plan(const std::filesystem::path& folder, std::string name,
                                                 const fhir::Definitions& definitions) {
  auto text = read_file(folder / "map.json");
  if (!text)
    return problem(Kind::incorrect, fmt::format("map.json:1:1: there is no map.json in {}", folder.string()));
  auto file = MappingFile::parse("map.json", std::move(*text));
  if (!file) return file.error();
  auto plan = std::make_shared<Plan>();
  plan->files.push_back(std::make_unique<MappingFile>(std::move(*file)));
  plan->definitions = &definitions;
  plan->name = std::move(name);
  const MappingFile* kept = plan->files.front().get();
  const json::Value map = kept->document.root();
  const Place at = Place{kept, 0}.of(map);
  LoadErrors errors;
  check_keys(at, map,
             {"map", "version", "title", "source", "taken", "person", "discloser", "lookups", "produce"},
             errors);
  plan->version = std::string(map["version"].text());
  plan->title = std::string(map["title"].text());
  if (map["map"].text() != plan->name)
    errors.add(at.of(map["map"]), fmt::format("the mapping is in \"{}\", but its \"map\" is \"{}\"",
                                              plan->name, map["map"].text()));
  if (plan->version.empty()) errors.add(at, "the mapping has no version");
  for (const json::Member& member : map["lookups"].members())
    compile_lookup(folder, at, member, *plan, errors);
  plan->contract = compile_contract(at.of(map["source"]), map["source"], errors);
  attach_lookups(plan->contract.columns, *plan, errors);
  MapCompiler compiler(*plan, folder, at, errors);
  compiler.compile(map);
  if (!plan->contract.records.empty()) {
    auto compiled = fhirpath::Expression::compile(plan->contract.records, {.definitions = &definitions});
    if (!compiled) errors.add(at.of(map["source"]["record"]), compiled.error().summary());
    else plan->records.expression = std::move(*compiled);
  }
  if (!errors.empty()) return errors.take();
  return std::shared_ptr<const Plan>(std::move(plan));
}

}  // namespace handoff::mapping
