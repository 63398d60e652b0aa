#include "welcome.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "store/grants.h"

namespace handoff::gateway {
namespace {

// To how many patients' records somebody's consent lets the client now, for its purpose.
std::size_t patients_of(const auth::Client& client, const store::Snapshot& snapshot, Instant now) {
  if (client.purposes.size() != 1) return 0;
  const auto rows = store::Grants(snapshot).of_scope(client.organization, client.purposes.front());
  return std::size_t(std::count_if(rows.begin(), rows.end(), [now](const store::GrantRow& row) { return !row.until || *row.until > now; }));
}

// Of the clients in this role the one with most to see; nothing: there is none.
std::optional<std::string> client_of(std::string_view role, const std::vector<SandboxClient>& clients, const store::Snapshot& snapshot,
                                     Instant now) {
  std::optional<std::string> best;
  std::size_t most = 0;
  for (const SandboxClient& each : clients) {
    if (each.client.role != role) continue;
    const std::size_t patients = patients_of(each.client, snapshot, now);
    if (!best || patients > most) most = patients, best = each.client.client_id;
  }
  return best;
}

std::string curl_line(const Welcome& to, const std::string& client, std::string_view path) {
  return fmt::format("curl --cacert {0}/ca.pem -H \"Authorization: Bearer $({1} token --data {0} --client {2})\" \"{3}{4}\"\n",
                     to.data.string(), to.program, client, to.base, path);
}

std::string outcomes(const Welcome& to, const Summary& summary) {
  const auto find = [&](std::string_view status) {
    return std::find_if(summary.deliveries.begin(), summary.deliveries.end(),
                        [&](const Delivery& d) { return d.event == "E14" && d.status == status && (d.consent || status == "delivered"); });
  };
  std::string out = fmt::format("\nReceived by the partners: {}/received/<organization>/<n>.json\n", to.data.string());
  if (const auto sent = find("delivered"); sent != summary.deliveries.end())
    out += fmt::format("  an aftercare plan (E14) reached {}: {}\n", sent->recipient, sent->reason);
  if (const auto kept = find("withheld"); kept != summary.deliveries.end())
    out += fmt::format("  another was withheld from {}: {} ({})\n", kept->recipient, kept->reason, kept->consent.value_or(""));
  return out;
}

}  // namespace

std::string callable(const std::string& started_as) {
  if (started_as.find('/') == started_as.npos) return started_as;
  return std::filesystem::absolute(started_as).lexically_normal().string();
}

std::string welcome_text(const Welcome& to, const std::vector<SandboxClient>& clients, const Summary& summary,
                         const store::Snapshot& snapshot) {
  // An operator sees everything, so it stands for nobody whom consent lets see.
  const auto as_client_of = [&](std::string_view role, const std::string& what, std::string_view path) {
    const auto client = client_of(role, clients, snapshot, to.now);
    return client ? what + "\n  " + curl_line(to, *client, path) : std::string();
  };
  std::string out = fmt::format("\nHandoff serves {} (console: none yet)\n\n", to.base);
  out += as_client_of("pcp", "an EHR system asks for its patients with their care plans:", "/Patient?_revinclude=CarePlan:subject&_count=2");
  out += as_client_of("managed-care-plan", "a managed care plan pulls the care plans that consent allows, with goals and conditions:",
                      "/CarePlan?_include=CarePlan:goal&_include=CarePlan:condition&_total=accurate");
  out +=
      fmt::format("an integrator asks what there is to test against:\n  curl --cacert {}/ca.pem {}/metadata\n", to.data.string(), to.base);
  out += "(an operator, who acts for the custodian, sees everything:\n  " + curl_line(to, "operator", "/CarePlan?_summary=count") + ")\n";
  return out + outcomes(to, summary) + "Ctrl-C ends everything.\n";
}

}  // namespace handoff::gateway
