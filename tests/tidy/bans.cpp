// What must not occur.
#include "rules.h"

namespace handoff::tidy {
namespace {

bool in_headers(const std::string& path) { return path.ends_with(".h"); }
bool outside_net(const std::string& path) { return !path.starts_with("src/net/"); }
bool outside_disclosure(const std::string& path) { return !path.starts_with("src/disclosure/"); }
bool outside_gateway(const std::string& path) { return !path.starts_with("gateway/"); }
bool outside_clocks(const std::string& path) {
  return !path.starts_with("src/core/") && !path.starts_with("src/net/");
}
bool outside_threads(const std::string& path) { return path != "src/core/thread.h"; }
// It must be possible to add a second engine as one folder. So only the composition names an engine.
bool outside_engine(const std::string& path) {
  return !path.starts_with("src/sqlite/") && !path.starts_with("gateway/serve/engine.");
}
bool anywhere(const std::string&) { return true; }

constexpr Ban bans[] = {
    {"sqlite3.h", in_headers, true, "stays in .cpp files"},
    {"include <curl/", in_headers, true, "stays in .cpp files"},
    {"include <openssl/", in_headers, true, "stays in .cpp files"},
    {"include <rapidjson/", in_headers, true, "stays in .cpp files"},
    {"libpq-fe.h", in_headers, true, "stays in .cpp files"},
    {"boost/beast", outside_net, true, "stays in net"},
    {"disclosure/seal.h", outside_disclosure, true, "makes what may leave: only disclosure does"},
    {"sqlite", outside_engine, true, "stays in its engine"},
    {"SQLite", outside_engine, true, "stays in its engine"},
    {"sqlite3", outside_engine, true, "stays in its engine"},
    {"system(", anywhere, false, "runs a shell"},
    {"sprintf(", anywhere, false, "knows no bounds"},
    {"strcpy(", anywhere, false, "knows no bounds"},
    {"gets(", anywhere, false, "knows no bounds"},
    {"rand(", anywhere, false, "is predictable"},
    {"std::regex", anywhere, false, "overflows the stack on hostile input; use RE2"},
    {"std::cout", outside_gateway, false, "data goes out through the gateway"},
    {"time(nullptr)", outside_clocks, false, "time comes from a Clock"},
    {"std::thread(", outside_threads, false, "threads begin in core/thread.h, within a boundary"},
    {"threads_.emplace_back", outside_threads, false, "threads begin in core/thread.h, within a boundary"},
    {"std::async", anywhere, false, "threads begin in core/thread.h, within a boundary"},
    {"using namespace std", anywhere, false, "hides where names come from"},
    {"TODO", anywhere, true, "what is not done is not hinted at"},
    {"FIXME", anywhere, true, "what is not done is not hinted at"},
    {"XXX", anywhere, true, "what is not done is not hinted at"},
};

bool is_member_call(std::string_view code, std::size_t at) {
  return at > 0 && (code[at - 1] == '.' || (at > 1 && code.substr(at - 2, 2) == "->"));
}

}  // namespace

std::span<const Ban> all_bans() { return bans; }

Findings check_bans(const Source& file) {
  Findings found;
  for (const Ban& ban : bans) {
    if (!ban.applies(file.path)) continue;
    const std::string_view where = ban.in_comments ? file.text : file.code;
    for (const std::size_t at : occurrences(where, ban.token))
      if (!is_member_call(where, at))
        found.push_back(
            {"banned", file.path, line_at(where, at), std::string(ban.token) + ": " + std::string(ban.why)});
  }
  return found;
}

}  // namespace handoff::tidy
