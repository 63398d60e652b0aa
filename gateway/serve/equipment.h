// Everything that a gateway runs by, read from where its configuration says: certificate, keys, clients,
// endpoints, routes, mappings. `serve` starts with it, SIGHUP reads it again, and `check` stops after it.
#pragma once

#include "core/result.h"
#include "serve/composition.h"
#include "serve/configuration.h"

namespace handoff::gateway {

// Problem: incorrect. It has an issue for each thing that cannot be used; the expression is the setting's
// name. If neither a ledger key nor a store exists, `make_key` makes a key. Without `make_key` a missing key
// is then no problem.
Result<GatewayOptions> equip(const Configuration& configuration, bool make_key);

// What a gateway of this configuration knows: its packages and tables of codes. Problem: incorrect, with the
// file.
Result<std::shared_ptr<Knowledge>> load_knowledge(const Configuration& configuration);

// {"ORG-PCP1": {"base": "https://host/fhir", "token_file": "…"}}. Paths are relative to the file. Problem:
// incorrect, not_found.
Result<exchange::Endpoints> read_endpoints(const std::filesystem::path& file);

}  // namespace handoff::gateway
