// Searches over the index tables.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/hash.h"
#include "json/document.h"
#include "sqlite/parameter_writer.h"
#include "sqlite/ports.h"
#include "sqlite/search_sql.h"
#include "sqlite/types.h"
#include "sqlite/version_bounds.h"

namespace handoff::sqlite {
namespace {

// A test with fewer rows is walked whole. With more rows, the search walks in the order of the answer
// instead.
constexpr std::size_t rare_rows = 256;

constexpr std::string_view seen_resource = " AND visible(r.patient << 16 | r.shape, r.pk)";

// Sets the reader's Visibility and deadline for one search, and resets them afterwards.
class Seeing {
 public:
  Seeing(Reader& reader, const Visibility* visibility, const Deadline& deadline) : reader_(reader) {
    reader_.visibility = visibility;
    reader_.deadline = deadline;
  }
  ~Seeing() {
    reader_.visibility = nullptr;
    reader_.deadline = {};
  }
  Seeing(const Seeing&) = delete;
  Seeing& operator=(const Seeing&) = delete;

 private:
  Reader& reader_;
};

// A prepared statement of this text with its values. `sql` must live until the statement has run.
Statement& prepare(Reader& reader, const Sql& sql) {
  Statement& statement = reader.prepared(sql.text);
  int index = 0;
  for (const Bound& bound : sql.bounds) {
    ++index;
    std::visit([&](const auto& value) { statement.bind(index, value); }, bound);
  }
  return statement;
}

// One search. Everything in it runs on one snapshot.
class Search {
 public:
  Search(Reader& reader, const search::Query& query, const Visibility* visibility)
      : reader_(reader),
        query_(query),
        visibility_(visibility),
        small_cohort_(visibility ? visibility->small_cohort(query.type) : nullptr),
        filtered_(visibility != nullptr) {}

  Result<SearchResult> run(std::string_view after) {
    const Driver driver = choose_driver();
    const SearchCompiler compiler(
        query_, driver, VersionBounds(reader_).of(all_of<search::Updated>(query_), visibility_), filtered_);
    SearchResult result;
    if (query_.total) result.total = std::size_t(number(compiler.total()));
    if (query_.only_total) return result;
    Position position = after.empty() ? Position{newest(), Pk::none, {}} : Position::from_text(after);
    std::vector<Position> page = query_.sort.by || (filtered_ && query_.sort.asked)
                                     ? by_key(compiler, position)
                                     : by_update(compiler, position);
    const bool more = page.size() > query_.count;
    if (more) page.resize(query_.count);
    for (const Position& found : page) add_match(result, found.pk);
    if (more) result.next = page.back().to_text();
    if (auto included = add_included(result); !included) return included.error();
    return result;
  }

 private:
  Driver choose_driver() {
    const std::vector<const search::ParameterTest*> tests = all_of<search::ParameterTest>(query_);
    if (small_cohort_) {
      const auto token = std::find_if(tests.begin(), tests.end(),
                                      [](const auto* test) { return test->index == search::Index::token; });
      return {token == tests.end() ? nullptr : *token, small_cohort_};
    }
    const search::ParameterTest* rarest = nullptr;
    const search::ParameterTest* by_hash = nullptr;
    std::size_t fewest = rare_rows;
    for (const search::ParameterTest* test : tests) {
      if (!by_hash && !test->ranges.empty() && std::holds_alternative<search::HashKey>(test->ranges.front()))
        by_hash = test;
      if (tests.size() == 1 && by_hash) break;
      const auto rows = std::size_t(number(count_rows(*test, filtered_, rare_rows)));
      if (rows < fewest) rarest = test, fewest = rows;
    }
    return {rarest ? rarest : by_hash, nullptr};
  }

  std::int64_t number(const Sql& sql) {
    Statement& statement = prepare(reader_, sql);
    const Reset reset(statement);
    statement.step();
    return statement.integer(0);
  }

  Pk newest() { return Pk{number(Sql{"SELECT coalesce(max(r.pk), 0) FROM resource r", {}})}; }

  std::vector<Position> by_update(const SearchCompiler& compiler, const Position& after) {
    std::vector<std::int64_t> found;
    for (const Sql& sql : compiler.page_by_update(after, query_.count + 1)) {
      Statement& statement = prepare(reader_, sql);
      const Reset reset(statement);
      while (statement.step()) found.push_back(statement.integer(0));
    }
    if (query_.sort.descending) std::sort(found.begin(), found.end());
    else std::sort(found.begin(), found.end(), std::greater<>());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    if (found.size() > query_.count + 1) found.resize(query_.count + 1);
    std::vector<Position> page;
    for (const std::int64_t npk : found) page.push_back({after.top, pk_of(npk), {}});
    return page;
  }

  std::vector<Position> by_key(const SearchCompiler& compiler, const Position& after) {
    const bool text = !query_.sort.by || query_.sort.by->index == search::Index::string;
    const Sql sql = compiler.page_by_key(after, query_.count + 1);
    Statement& statement = prepare(reader_, sql);
    const Reset reset(statement);
    std::vector<Position> page;
    while (statement.step()) {
      Position found{after.top, pk_of(statement.integer(0)), {}};
      if (!statement.is_null(1)) {
        if (text) found.key = std::string(statement.text(1));
        else found.key = statement.integer(1);
      }
      page.push_back(std::move(found));
    }
    return page;
  }

  void add_match(SearchResult& result, Pk pk) {
    Sql sql;
    sql.add("SELECT 1 FROM resource r WHERE r.pk = ").put(pk);
    if (filtered_) sql.add(seen_resource);
    Statement& statement = prepare(reader_, sql);
    const Reset reset(statement);
    if (!statement.step())
      throw StoreFailure(
          "store: an index row is more visible than its resource, or there is no resource for it");
    result.matches.push_back(pk);
    seen_.insert(pk);
  }

  // Of one match, for what it refers to.
  Version read(Pk pk) {
    Sql sql;
    sql.add(current_columns).add("resource r").add(its_patient).add("WHERE r.pk = ").put(pk);
    Statement& statement = prepare(reader_, sql);
    const Reset reset(statement);
    if (!statement.step()) throw StoreFailure("store: a resource is gone from its snapshot");
    return current_version(statement);
  }

  Result<void> add_included(SearchResult& result) {
    for (const search::Include& include : query_.includes) {
      for (const Pk pk : result.matches) {
        const Version match = read(pk);
        if (include.reverse) add_referring(result, include, match);
        else add_referred(result, include, match);
        if (result.included.size() > limits::search_included_max)
          return problem(Kind::incorrect,
                         fmt::format("more than {} resources would be included; ask for a smaller _count",
                                     limits::search_included_max),
                         include.reverse ? "http._revinclude" : "http._include", "too-costly");
      }
    }
    return {};
  }

  void add_referred(SearchResult& result, const search::Include& include, const Version& match) {
    const auto document = json::parse(match.body);
    if (!document) return;
    for (const search::Referred& referred : include.referred_by(document->root(), fhir::Definitions::r4())) {
      if (referred.is_canonical) add_canonical(result, include, match, referred);
      else add_reference(result, include, match, referred);
    }
  }

  // A row of the match must be visible that says the same.
  void add_row(Sql& sql, const search::Include& include, const Version& match,
               std::initializer_list<std::string_view> texts) {
    sql.add("x.param = ").put(std::int64_t{include.parameter});
    sql.add(" AND x.npk = ").put(npk_of(match.pk)).add(filtered_ ? " AND visible(x.vis, x.npk)" : "");
    add_hashes(sql, texts);
  }
  void add_hashes(Sql& sql, std::initializer_list<std::string_view> texts) {
    sql.add(" AND x.hash IN (");
    for (const std::string_view text : texts)
      sql.add(text.data() == texts.begin()->data() ? "" : ", ").put(std::int64_t(hash64(text)));
    sql.add(")");
  }

  void add_reference(SearchResult& result, const search::Include& include, const Version& match,
                     const search::Referred& referred) {
    const auto slash = referred.target.find('/');
    const std::string absolute = include.base + "/" + referred.target;
    Sql sql;
    sql.add("SELECT r.pk, r.version FROM reference x CROSS JOIN resource r WHERE ");
    add_row(sql, include, match, {referred.target, absolute});
    sql.add(" AND r.type = ")
        .put(type_number(referred.target.substr(0, slash)))
        .add(" AND r.id = ")
        .put(referred.target.substr(slash + 1));
    sql.add(" AND r.deleted = 0").add(filtered_ ? seen_resource : "");
    if (referred.version.empty()) return collect(result, sql);
    // The version that the reference names, if it is an older one.
    Sql older;
    older.add("SELECT coalesce(h.pk, c.pk) FROM (").append(std::move(sql));
    older.add(") c LEFT JOIN history h ON c.version != ").put(referred.version);
    older.add(" AND h.deleted = 0 AND h.type = ")
        .put(type_number(referred.target.substr(0, slash)))
        .add(" AND h.id = ")
        .put(referred.target.substr(slash + 1));
    collect(result, std::move(older.add(" AND h.version = ").put(referred.version)));
  }

  // Of several versions of a definition, the newest one, unless the reference names a version.
  void add_canonical(SearchResult& result, const search::Include& include, const Version& match,
                     const search::Referred& referred) {
    const std::string whole = referred.target + (referred.version.empty() ? "" : "|" + referred.version);
    for (const search::Include::Canonical& one : include.canonicals) {
      Sql sql;
      sql.add("SELECT r.pk FROM uri u CROSS JOIN resource r ON r.pk = -u.npk WHERE u.param = ")
          .put(std::int64_t{one.url})
          .add(" AND u.hash = ")
          .put(std::int64_t(hash64(referred.target)))
          .add(filtered_ ? " AND visible(u.vis, u.npk)" : "");
      if (!referred.version.empty())
        sql.add(" AND EXISTS (SELECT 1 FROM token t WHERE t.npk = u.npk AND t.param = ")
            .put(std::int64_t{one.version})
            .add(" AND t.hash = ")
            .put(std::int64_t(hash64(referred.version)))
            .add(filtered_ ? " AND visible(t.vis, t.npk))" : ")");
      sql.add(" AND r.deleted = 0").add(filtered_ ? seen_resource : "");
      sql.add(" AND EXISTS (SELECT 1 FROM reference x WHERE ");
      add_row(sql, include, match, {whole});
      sql.add(") ORDER BY u.npk LIMIT 1");
      collect(result, sql);
    }
  }

  void add_referring(SearchResult& result, const search::Include& include, const Version& match) {
    Sql sql;
    sql.add("SELECT r.pk FROM reference x CROSS JOIN resource r ON r.pk = -x.npk WHERE ");
    const std::string local = match.type + "/" + match.id, absolute = include.base + "/" + local;
    sql.add("x.param = ").put(std::int64_t{include.parameter});
    add_hashes(sql, {local, absolute});
    if (filtered_) sql.add(" AND visible(x.vis, x.npk)").add(seen_resource);
    sql.add(" ORDER BY x.npk LIMIT ").put(std::int64_t(limits::search_included_max + seen_.size() + 1));
    collect(result, sql);
  }

  void collect(SearchResult& result, const Sql& sql) {
    Statement& statement = prepare(reader_, sql);
    const Reset reset(statement);
    while (statement.step())
      if (seen_.insert(statement.pk(0)).second) result.included.push_back(statement.pk(0));
  }

  Reader& reader_;
  const search::Query& query_;
  const Visibility* const visibility_;
  const std::vector<PatientNumber>* const small_cohort_;
  const bool filtered_;
  std::set<Pk> seen_;
};

}  // namespace

Result<SearchResult> SqliteSearches::search(const search::Query& query, std::string_view after,
                                            const Visibility* visibility, const Deadline& deadline) const {
  // A Visibility may read during a search, but the statement that calls it still runs and must not be used
  // again.
  if (reader_.visibility) throw StoreFailure("store: a search within a search");
  reader_.forget_many();
  const Seeing seeing(reader_, visibility, deadline);
  return Search(reader_, query, visibility).run(after);
}

std::vector<AddedParameter> SqliteSearches::added_parameters() const {
  return sqlite::added_parameters(reader_.connection);
}

}  // namespace handoff::sqlite
