// search-type (R4 "http", search; "search"): GET with parameters in the target, or POST to _search with a
// form.
#include "disclosure/search.h"
#include "rest/http/interaction.h"
#include "rest/http/media.h"
#include "rest/http/prefer.h"

namespace handoff::rest {
namespace {

constexpr std::string_view form_type = "application/x-www-form-urlencoded";

// Parameters of the target and of the form have the same effect (R4 "http", search). There need be no form.
Result<void> add_form(Call& call) {
  if (call.request.body.empty() && call.request.header("Content-Type").empty()) return {};
  if (!is_media_type(call.request.header("Content-Type"), form_type))
    return problem(Kind::unsupported, "the body must be " + std::string(form_type),
                   std::string(at_content_type));
  auto form = net::parse_form(call.request.body);
  if (!form) return problem(Kind::incorrect, "the form has a malformed escape", {}, "structure");
  call.query.insert(call.query.end(), form->begin(), form->end());
  return check_accept(call);  // the form may hold a _format
}

bool has_scope(const Call& call, std::string_view type, char interaction) {
  return auth::allows(call.requester.scopes, type, interaction);
}

// Included resources must be allowed too. An _include follows references only to types that the token may
// read.
Result<void> restrict_includes(const Call& call, search::Query& query) {
  for (search::Include& include : query.includes) {
    const char* const name = include.reverse ? "http._revinclude" : "http._include";
    if (include.reverse && !has_scope(call, include.source, 's'))
      return problem(Kind::forbidden, "no scope of the token allows to search " + include.source, name);
    if (include.reverse) continue;
    std::erase_if(include.targets, [&](const std::string& type) { return !has_scope(call, type, 'r'); });
    if (include.targets.empty())
      return problem(Kind::forbidden, "no scope of the token allows to read what " + include.name + " names",
                     name);
  }
  return {};
}

Result<search::Query> read_query(const Context& context, const Call& call) {
  const std::string& type = call.values[0];
  if (!has_scope(call, type, 's'))
    return problem(Kind::forbidden, "no scope of the token allows to search " + type);
  search::QueryOptions options;
  options.now = context.gate.now();
  const std::string base = context.base_url + "/fhir";
  options.base = base;
  options.lenient = net::equal_ignoring_case(preference(call.request, "handling"), "lenient");
  auto query = search::parse(context.definitions, type, call.query, options);
  if (!query) return query.error();
  if (auto restricted = restrict_includes(call, *query); !restricted) return restricted.error();
  return query;
}

Step found(const Context& context, const Call& call) {
  const auto query = read_query(context, call);
  if (!query) return query.error();
  auto page = disclosure::search(context.gate, call.requester, *query, call.request.deadline);
  if (!page) return page.error();
  return disclose({200, {{"Content-Type", std::string(fhir_json)}}, {}}, std::move(*page));
}

}  // namespace

Step search_type(const Context& context, Call& call) { return found(context, call); }

Step search_type_by_form(const Context& context, Call& call) {
  if (auto added = add_form(call); !added) return added.error();
  return found(context, call);
}

}  // namespace handoff::rest
