#include "demo/sandbox_clients.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/text.h"
#include "fhir/reference.h"
#include "json/writer.h"
#include "mapping/charset.h"
#include "mapping/csv.h"
#include "serve/files.h"

namespace handoff::gateway {
namespace {

// Role and purpose for each kind of organization. A kind that is not listed gets no client of its own.
struct RoleOfKind {
  std::string_view kind;
  std::string_view role;
  std::string_view purpose;
};

constexpr std::string_view operator_id = "operator";
constexpr std::string_view auditor_id = "auditor";

constexpr RoleOfKind roles[] = {
    {"bhji_vendor", "provider", "TREAT"},        {"cspji_provider", "provider", "TREAT"},
    {"outpatient_bh", "outpatient-bh", "TREAT"}, {"pcp", "pcp", "TREAT"},
    {"mobile_crisis", "mobile-crisis", "TREAT"}, {"managed_care_plan", "managed-care-plan", "HOPERAT"},
    {"probation", "probation", "JSUPV"},         {"parole", "parole", "JSUPV"},
};

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? char(c + 32) : c;
  return text;
}

Result<auth::Key> kept_key(const std::filesystem::path& file, const std::string& client_id) {
  if (const auto text = read_file(file)) {
    auto parsed = json::parse(*text);
    if (!parsed) return parsed.error();
    return auth::Key::from_jwk(parsed->root());
  }
  auth::Key made = auth::Key::generate(client_id + "-1");
  if (auto written = write_file(file, made.to_jwk(true) + "\n", 0600); !written) return written.error();
  return made;
}

Result<SandboxClient> make_client(const std::filesystem::path& data, auth::Client client) {
  SandboxClient made{std::move(client), {}};
  made.key_file = made.client.client_id + ".jwk.json";
  auto key = kept_key(data / made.key_file, made.client.client_id);
  if (!key) return key.error();
  made.client.keys.push_back(std::move(*key));
  return made;
}

// The clients that `handoff client add` put into the file, unchanged, each as JSON.
std::vector<std::string> added_clients(const std::filesystem::path& file,
                                       const std::vector<SandboxClient>& made) {
  std::vector<std::string> out;
  const auto text = read_file(file);
  const auto kept = text ? json::parse(*text) : Result<json::Document>(text.error());
  if (!kept) return out;
  for (const json::Value client : kept->root()["clients"].items()) {
    const auto own = [&](const SandboxClient& each) {
      return each.client.client_id == client["client_id"].text();
    };
    if (std::none_of(made.begin(), made.end(), own)) out.push_back(json::write(client));
  }
  return out;
}

// The file of clients as operators keep it. It holds only public keys.
std::string clients_file(const std::vector<SandboxClient>& clients, const std::vector<std::string>& added) {
  std::string out;
  json::Writer writer(out, json::Style::spaced);
  writer.begin_object().key("clients").begin_array();
  for (const SandboxClient& each : clients) {
    const auth::Client& c = each.client;
    writer.new_line(2).begin_object().key("client_id").text(c.client_id).key("name").text(c.name);
    if (!c.organization.empty()) writer.key("organization").text(c.organization);
    writer.key("role").text(c.role).key("purposes").texts(c.purposes).key("scopes").texts(c.scopes);
    writer.key("jwks").begin_object().key("keys").begin_array().raw(c.keys.front().to_jwk(false));
    writer.end_array().end_object().end_object();
  }
  for (const std::string& client : added) writer.new_line(2).raw(client);
  writer.new_line(0).end_array().end_object();
  return out + "\n";
}

void write_client(json::Writer& writer, const SandboxClient& client) {
  const auth::Client& c = client.client;
  writer.begin_object().key("client_id").text(c.client_id).key("role").text(c.role).key("organization");
  if (c.organization.empty()) writer.null();
  else writer.text(c.organization.substr(c.organization.find('/') + 1));
  writer.key("purposes").texts(c.purposes).key("scopes").texts(c.scopes);
  writer.key("key").text(client.key_file).end_object();
}

}  // namespace

Result<std::vector<SandboxOrganization>> read_organizations(const std::filesystem::path& file) {
  auto bytes = read_file(file);
  if (!bytes) return bytes.error();
  const auto text = mapping::to_utf8(std::move(*bytes), {"utf-8", "windows-1252"});
  const auto rows = text ? mapping::read_csv(*text, ',') : Result<std::vector<mapping::Row>>(text.error());
  if (!rows) return problem(Kind::incorrect, file.string() + ": " + rows.error().summary());
  if (rows->empty()) return problem(Kind::incorrect, file.string() + " is empty");
  const auto column = [&](std::string_view name) {
    const auto& header = rows->front();
    return std::size_t(std::find(header.begin(), header.end(), name) - header.begin());
  };
  const std::size_t id = column("org_id"), name = column("name"), kind = column("kind");
  std::vector<SandboxOrganization> all;
  // Client ids in lower case. They are file names, too.
  std::set<std::string> taken = {std::string(operator_id), std::string(auditor_id)};
  for (std::size_t i = 1; i < rows->size(); ++i) {
    const auto& row = (*rows)[i];
    if (std::max({id, name, kind}) >= row.size())
      return problem(Kind::incorrect,
                     fmt::format("{} record {}: org_id, name and kind are needed", file.string(), i + 1));
    // The feed reports this row. Here it gets neither a client nor a partner.
    if (!fhir::is_id(trim(row[id])) || !taken.insert(lower(std::string(trim(row[id])))).second) continue;
    all.push_back({std::string(trim(row[id])), std::string(trim(row[name])), std::string(trim(row[kind]))});
  }
  return all;
}

Result<std::vector<SandboxClient>> make_clients(const std::filesystem::path& data,
                                                const std::vector<SandboxOrganization>& organizations) {
  std::vector<auth::Client> wanted;
  for (const SandboxOrganization& organization : organizations) {
    const auto* role = std::find_if(std::begin(roles), std::end(roles),
                                    [&](const RoleOfKind& r) { return r.kind == organization.kind; });
    if (role == std::end(roles)) continue;
    wanted.push_back({lower(organization.id),
                      organization.name,
                      "Organization/" + organization.id,
                      std::string(role->role),
                      {std::string(role->purpose)},
                      {"system/*.rs"},
                      {}});
  }
  wanted.push_back(
      {std::string(operator_id), "Operator of this gateway", "", "operator", {}, {"system/*.cruds"}, {}});
  wanted.push_back({std::string(auditor_id), "Auditor", "", "auditor", {}, {"system/AuditEvent.rs"}, {}});
  std::vector<SandboxClient> clients;
  for (auth::Client& client : wanted) {
    auto made = make_client(data, std::move(client));
    if (!made) return made.error();
    clients.push_back(std::move(*made));
  }
  const auto file = data / clients_file_name;
  if (auto written = write_file(file, clients_file(clients, added_clients(file, clients))); !written)
    return written.error();
  return clients;
}

std::string partner_base(std::uint16_t port, std::string_view organization) {
  return fmt::format("https://127.0.0.1:{}/{}/fhir", port, organization);
}

std::string sandbox_json(const std::string& base, const std::string& token_url, std::uint16_t partner_port,
                         const std::vector<SandboxOrganization>& organizations,
                         const std::vector<SandboxClient>& clients) {
  std::string text;
  json::Writer writer(text, json::Style::spaced);
  writer.begin_object().new_line(2).key("base").text(base);
  writer.new_line(2).key("token_url").text(token_url).new_line(2).key("console").null();
  writer.new_line(2).key("ca").text("ca.pem").new_line(2).key("mllp").null();
  writer.new_line(2).key("partners").begin_array();
  for (const SandboxOrganization& organization : organizations) {
    writer.new_line(4).begin_object().key("organization").text(organization.id);
    writer.key("base").text(partner_base(partner_port, organization.id)).end_object();
  }
  writer.new_line(2).end_array().new_line(2).key("clients").begin_array();
  for (const SandboxClient& each : clients) write_client(writer.new_line(4), each);
  writer.new_line(2).end_array().new_line(0).end_object();
  return text + "\n";
}

}  // namespace handoff::gateway
