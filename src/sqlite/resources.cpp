// Resources in a SQLite file.
#include "json/writer.h"
#include "sqlite/ports.h"
#include "sqlite/types.h"

namespace handoff::sqlite {
namespace {

// An older version belongs to the same patient as the current one.
Version history_row(const Statement& row, const std::optional<Version>& current) {
  Version version = version_row(row);
  if (!current) return version;
  version.patient = current->patient;
  version.patient_number = current->patient_number;
  version.shape = current->shape;
  version.stands = current->stands;
  return version;
}

// A statement for one walk through a compartment. A walk within this walk gets another statement.
class Walk {
 public:
  explicit Walk(Reader& reader) : reader_(reader) {
    if (reader.walking == reader.walks.size())
      reader.walks.push_back(std::make_unique<Statement>(
          reader.connection,
          "SELECT shape, -npk FROM compartment WHERE patient = ?1 AND type <> ?2 ORDER BY type, npk"));
    statement_ = reader.walks[reader.walking++].get();
  }
  ~Walk() {
    statement_->reset();
    --reader_.walking;
  }
  Walk(const Walk&) = delete;
  Walk& operator=(const Walk&) = delete;
  Statement& statement() { return *statement_; }

 private:
  Reader& reader_;
  Statement* statement_;
};

}  // namespace

std::optional<Version> SqliteResources::read(std::string_view type, std::string_view id) const {
  Statement& s = reader_.read;
  const Reset reset(s);
  if (!s.bind(1, type_number(type)).bind(2, id).step()) return std::nullopt;
  return current_version(s);
}

std::optional<Version> SqliteResources::vread(std::string_view type, std::string_view id,
                                              std::uint32_t version) const {
  auto current = read(type, id);
  if (current && current->version == version) return current;
  Statement& s = reader_.vread_history;
  const Reset reset(s);
  if (!s.bind(1, type_number(type)).bind(2, id).bind(3, std::int64_t{version}).step()) return std::nullopt;
  return history_row(s, current);
}

std::vector<Version> SqliteResources::history(std::string_view type, std::string_view id) const {
  auto current = read(type, id);
  if (!current) return {};
  Statement& s = reader_.history;
  const Reset reset(s);
  s.bind(1, type_number(type)).bind(2, id);
  current->body.clear();
  std::vector<Version> all{*current};
  while (s.step()) all.push_back(history_row(s, current));
  return all;
}

std::optional<Version> SqliteResources::at(Pk pk) const {
  {
    Statement& s = reader_.read_at;
    const Reset reset(s);
    if (s.bind(1, pk).step()) return current_version(s);
  }
  Statement& s = reader_.history_at;
  const Reset reset(s);
  if (!s.bind(1, pk).step()) return std::nullopt;
  return history_row(s, read(type_name(s.integer(0)), s.text(1)));
}

std::optional<std::string> SqliteResources::arrived_labels(std::string_view type, std::string_view id) const {
  Statement& s = reader_.arrived_labels;
  const Reset reset(s);
  if (!s.bind(1, type_number(type)).bind(2, id).step() || s.is_null(0)) return std::nullopt;
  return std::string(s.text(0));
}

std::optional<Row> SqliteResources::find(std::string_view type, std::string_view id) const {
  Statement& s = reader_.find;
  const Reset reset(s);
  if (!s.bind(1, type_number(type)).bind(2, id).step()) return std::nullopt;
  return Row{s.pk(0), s.patient(1), std::uint32_t(s.integer(2)), s.integer(3) != 0};
}

std::vector<Version> SqliteResources::with_token(search::ParameterKey parameter, std::uint64_t hash,
                                                 std::size_t count) const {
  Statement& s = reader_.with_token;
  const Reset reset(s);
  s.bind(1, std::int64_t{parameter}).bind(2, hash).bind(3, std::int64_t(count));
  std::vector<Version> found;
  while (s.step()) found.push_back(current_version(s));
  return found;
}

PatientNumber SqliteResources::patient_number(const fhir::ResourceId& id) const {
  Statement& s = reader_.patient_number;
  const Reset reset(s);
  return s.bind(1, id).step() ? s.patient(0) : PatientNumber::nobody;
}

std::optional<fhir::ResourceId> SqliteResources::patient_id(PatientNumber number) const {
  Statement& s = reader_.patient_id;
  const Reset reset(s);
  if (!s.bind(1, number).step()) return std::nullopt;
  return fhir::ResourceId(s.text(0));
}

std::vector<Version> SqliteResources::of_patient(const fhir::ResourceId& patient,
                                                 std::string_view type) const {
  const PatientNumber number = patient_number(patient);
  if (number == PatientNumber::nobody) return {};
  Statement& s = reader_.of_patient;
  const Reset reset(s);
  s.bind(1, number).bind(2, type_number(type));
  std::vector<Version> found;
  while (s.step()) found.push_back(current_version(s));
  return found;
}

Pk SqliteResources::newest_pk() const {
  Statement& s = reader_.prepared("SELECT coalesce(max(pk), 0) FROM resource");
  const Reset reset(s);
  s.step();
  return s.pk(0);
}

ReadList SqliteResources::list_of(const fhir::ResourceId& patient, std::string_view type) const {
  ReadList list{patient, std::string(type)};
  Statement& s = reader_.list;
  const Reset reset(s);
  s.bind(1, patient_number(patient)).bind(2, type_number(type)).step();
  list.newest_pk = s.pk(0);
  list.count = std::size_t(s.integer(1));
  return list;
}

bool SqliteResources::has_other(PatientNumber patient, std::string_view type,
                                const std::function<bool(std::uint32_t shape, Pk pk)>& satisfies) const {
  Walk walk(reader_);
  Statement& s = walk.statement();
  s.bind(1, patient).bind(2, type_number(type));
  while (s.step())
    if (satisfies(std::uint32_t(s.integer(0)), s.pk(1))) return true;
  return false;
}

bool SqliteResources::has_shape(PatientNumber patient, std::string_view type, std::uint32_t shape) const {
  Statement& s = reader_.of_shape;
  const Reset reset(s);
  return s.bind(1, patient).bind(2, type_number(type)).bind(3, std::int64_t{shape}).step();
}

std::vector<fhir::ResourceId> SqliteResources::identified(std::string_view system,
                                                          std::string_view value) const {
  Statement& s = reader_.identified;
  const Reset reset(s);
  s.bind(1, system).bind(2, value);
  std::vector<fhir::ResourceId> found;
  while (s.step()) found.emplace_back(s.text(0));
  return found;
}

std::vector<std::pair<std::string, std::size_t>> SqliteResources::counts_by_type() const {
  Statement& s = reader_.counts;
  const Reset reset(s);
  std::vector<std::pair<std::string, std::size_t>> found;
  while (s.step()) found.emplace_back(type_name(s.integer(0)), std::size_t(s.integer(1)));
  return found;
}

void SqliteResources::each_resource(const std::function<bool(const Version&)>& visit) const {
  Statement& s = reader_.each;
  const Reset reset(s);
  while (s.step())
    if (!visit(current_version(s))) return;
}

void SqliteResources::each_resource_after(Pk pk, const std::vector<std::string_view>& types,
                                          const std::function<bool(const Version&)>& visit) const {
  std::string list;
  json::Writer writer(list);
  writer.begin_array();
  for (const std::string_view type : types) writer.number(type_number(type));
  writer.end_array();
  const std::string_view behind =
      "WHERE r.pk > ?1 AND r.deleted = 0 AND r.type IN (SELECT value FROM json_each(?2)) ORDER BY r.pk";
  Statement s(reader_.connection, select_current("resource r NOT INDEXED", behind));
  s.bind(1, pk).bind(2, list);
  while (s.step())
    if (!visit(current_version(s))) return;
}

}  // namespace handoff::sqlite
