// Everything a gateway runs by, read from where its configuration says: certificate, keys, clients, endpoints, routes,
// mappings. `serve` starts with it, SIGHUP reads it anew, `check` stops here.
#pragma once

#include "composition.h"
#include "configuration.h"
#include "core/result.h"

namespace handoff::gateway {

// Problem: incorrect; one issue for each thing that cannot be taken, its expression the setting's name. A ledger key is made
// where neither it nor a store exists and `make_key` says so; without `make_key` its absence there is no problem.
Result<GatewayOptions> equip(const Configuration& configuration, bool make_key);

// What a gateway of this configuration knows: its packages and tables of codes. Problem: incorrect, with the file.
Result<std::shared_ptr<Knowledge>> load_knowledge(const Configuration& configuration);

// {"ORG-PCP1": {"base": "https://host/fhir", "token_file": "…"}}, paths relative to the file. Problem: incorrect, not_found.
Result<exchange::Endpoints> read_endpoints(const std::filesystem::path& file);

}  // namespace handoff::gateway
