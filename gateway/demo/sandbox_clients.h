// The sandbox's clients, each with a key of its own. There is one for each plan, PCP, crisis team, outpatient
// provider, vendor and supervision office of organizations.csv, one operator and one auditor.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "auth/client.h"
#include "core/result.h"

namespace handoff::gateway {

inline constexpr std::string_view clients_file_name = "clients.json";  // in the data folder

struct SandboxOrganization {
  std::string id;  // "ORG-PCP1"
  std::string name;
  std::string kind;  // "pcp"
};

// org_id, name and kind from organizations.csv. Leaves out rows whose org_id is no valid id or occurred
// before. Problem: incorrect, not_found.
Result<std::vector<SandboxOrganization>> read_organizations(const std::filesystem::path& file);

struct SandboxClient {
  auth::Client client;
  std::string key_file;  // its name in the data folder
};

// Keys are kept in `data` (DIR/<client_id>.jwk.json, 0600) and made if they are missing. DIR/clients.json is
// written; clients that somebody added to it stay.
Result<std::vector<SandboxClient>> make_clients(const std::filesystem::path& data,
                                                const std::vector<SandboxOrganization>& organizations);

// The FHIR base of an organization that the sandbox plays.
std::string partner_base(std::uint16_t port, std::string_view organization);

// The content of sandbox.json: where the gateway and the partners answer, and who may call.
std::string sandbox_json(const std::string& base, const std::string& token_url, std::uint16_t partner_port,
                         const std::vector<SandboxOrganization>& organizations,
                         const std::vector<SandboxClient>& clients);

}  // namespace handoff::gateway
