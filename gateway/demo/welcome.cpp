#include "demo/welcome.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <map>
#include <optional>

#include "core/text.h"
#include "store/grants.h"

namespace handoff::gateway {
namespace {

// The number of patients whose records some consent opens to the client now, for its purpose.
std::size_t patients_of(const auth::Client& client, const store::Snapshot& snapshot, Instant now) {
  if (client.purposes.size() != 1) return 0;
  const auto rows = snapshot.grants().of_scope(client.organization, client.purposes.front());
  return std::size_t(std::count_if(rows.begin(), rows.end(), [now](const store::GrantRow& row) {
    return !row.until || *row.until > now;
  }));
}

// Of the clients in this role, the one that may see most; nothing if there is none.
std::optional<std::string> client_of(std::string_view role, const std::vector<SandboxClient>& clients,
                                     const store::Snapshot& snapshot, Instant now) {
  std::optional<std::string> best;
  std::size_t most = 0;
  for (const SandboxClient& each : clients) {
    if (each.client.role != role) continue;
    const std::size_t patients = patients_of(each.client, snapshot, now);
    if (!best || patients > most) most = patients, best = each.client.client_id;
  }
  return best;
}

// Any text as one word of a shell.
std::string quoted(const std::string& text) {
  const auto plain = [](unsigned char c) {
    return std::isalnum(c) || std::string_view("/._-+:").find(char(c)) != std::string_view::npos;
  };
  if (!text.empty() && std::all_of(text.begin(), text.end(), plain)) return text;
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

// If `client` is empty, there is no token. `filter` shows the answer. Without jq, only its beginning is
// shown, because the answer is one long line.
std::string curl_line(const Welcome& to, const std::string& client, std::string_view path,
                      std::string_view filter) {
  const std::string data = quoted(to.data.string());
  const std::string token =
      client.empty() ? ""
                     : fmt::format(" -H \"Authorization: Bearer $({} token --data {} --client {})\"",
                                   quoted(to.program), data, client);
  const std::string shown = to.has_jq ? fmt::format("jq -c '{}'", filter) : "head -c 1000; echo";
  return fmt::format("curl -{} --cacert {}{} '{}{}' | {}\n", to.has_jq ? "sS" : "s",
                     quoted((to.data / "ca.pem").string()), token, to.base, path, shown);
}

std::string records_line(const Summary& summary) {
  std::size_t feeds = 0, records = 0, mapped = 0, rejected = 0, waiting = 0, review = 0;
  for (const intake::FeedReport& feed : summary.feeds) {
    if (feed.unmapped) continue;
    ++feeds, records += feed.records, mapped += feed.mapped, rejected += feed.rejected.size(),
        waiting += feed.waiting, review += feed.review;
  }
  if (feeds == 0) return {};
  return fmt::format("  {} records of {} feeds taken in: {} mapped, {} rejected, {} waiting, {} for review\n",
                     records, feeds, mapped, rejected, waiting, review);
}

std::string resources_line(const Summary& summary) {
  std::size_t all = 0, people = 0;
  for (const auto& [type, count] : summary.resources) all += count, people += type == "Patient" ? count : 0;
  return fmt::format("  {} resources stored, of {} people\n", all, people);
}

std::string deliveries_lines(const Summary& summary) {
  std::map<std::string, std::map<std::string, std::size_t>> events;
  for (const Delivery& each : summary.deliveries) ++events[each.event][each.status];
  std::string out;
  for (auto& [event, counts] : events)
    out += fmt::format("  {}: {} delivered, {} withheld, {} failed\n", event, counts["delivered"],
                       counts["withheld"], counts["failed"]);
  return out;
}

std::string outcomes(const Welcome& to, const Summary& summary) {
  const auto find = [&](std::string_view status) {
    return std::find_if(summary.deliveries.begin(), summary.deliveries.end(), [&](const Delivery& d) {
      return d.event == "E14" && d.status == status && (d.consent || status == "delivered");
    });
  };
  std::string out;
  if (const auto sent = find("delivered"); sent != summary.deliveries.end())
    out += fmt::format("  an aftercare plan (E14) reached {}: {}\n", sent->recipient, sent->reason);
  if (const auto kept = find("withheld"); kept != summary.deliveries.end())
    out += fmt::format("  another was withheld from {}: {} ({})\n", kept->recipient, kept->reason,
                       kept->consent.value_or(""));
  return out +
         fmt::format("  received by the partners: {}/received/<organization>/<n>.json\n", to.data.string());
}

std::string folder_end(bool is_kept) {
  return is_kept ? "is kept" : "is removed (use --data DIR to keep it)";
}

}  // namespace

std::string callable(const std::string& started_as) {
  if (started_as.find('/') == started_as.npos) return started_as;
  return std::filesystem::absolute(started_as).lexically_normal().string();
}

bool is_on_path(std::string_view program) {
  const char* const path = std::getenv("PATH");
  for (const auto folder : split(path ? path : "", ':'))
    if (!folder.empty() && ::access((std::filesystem::path(folder) / program).c_str(), X_OK) == 0)
      return true;
  return false;
}

std::string welcome_text(const Welcome& to, const std::vector<SandboxClient>& clients, const Summary& summary,
                         const store::Snapshot& snapshot) {
  constexpr std::string_view each_resource = ".entry[]?.resource | [.resourceType, .id]";
  // An operator sees everything, so it cannot stand for a client that depends on consent.
  const auto as_client_of = [&](std::string_view role, const std::string& what, std::string_view path) {
    const auto client = client_of(role, clients, snapshot, to.now);
    return client ? what + "\n" + curl_line(to, *client, path, each_resource) : std::string();
  };
  std::string out = "\nDone:\n" + records_line(summary) + resources_line(summary) +
                    deliveries_lines(summary) + outcomes(to, summary);
  out += fmt::format("  Handoff serves {} (console: none yet)\n", to.base);
  out += fmt::format("  addresses, clients and their keys: {}/sandbox.json\n", to.data.string());
  out += "\nTry it in another terminal, line by line or all at once:\n\n";
  out += as_client_of("pcp", "# an EHR system asks for its patients with their care plans",
                      "/Patient?_revinclude=CarePlan:subject&_count=2");
  out += as_client_of(
      "managed-care-plan",
      "# a managed care plan pulls the care plans that consent allows, with goals and conditions",
      "/CarePlan?_include=CarePlan:goal&_include=CarePlan:condition&_total=accurate");
  out += "# an integrator asks what can be tested: here, the search parameters of a care plan\n" +
         curl_line(to, "", "/metadata",
                   ".rest[0].resource[] | select(.type == \"CarePlan\") | [.searchParam[].name]");
  out += "# an operator, who acts for the custodian, sees everything: how many care plans there are\n" +
         curl_line(to, "operator", "/CarePlan?_summary=count", ".total");
  return out + fmt::format("\nCtrl-C ends everything: the gateway and the partners stop, {} {}.\n",
                           to.data.string(), folder_end(to.is_kept));
}

std::string farewell_text(const std::filesystem::path& data, bool is_kept) {
  return fmt::format("\nThe gateway and the partners stop; {} {}.\n", data.string(), folder_end(is_kept));
}

}  // namespace handoff::gateway
