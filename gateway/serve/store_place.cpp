#include "serve/store_place.h"

#include "serve/configuration.h"

namespace handoff::gateway {

Result<StorePlace> place_of(const PlaceOptions& options) {
  if (options.data.has_value() == options.config.has_value())
    return problem(Kind::incorrect, "give either --data or --config", "--data");
  if (options.data)
    return StorePlace{*options.data / "handoff.db", options.ledger_key.value_or(*options.data / "ledger.key"),
                      options.id_key.value_or(*options.data / "id.key")};
  const auto configuration = read_configuration(*options.config, options.home);
  if (!configuration) return configuration.error();
  return StorePlace{configuration->store_file(), options.ledger_key.value_or(configuration->ledger_key_file),
                    options.id_key.value_or(configuration->id_key_file)};
}

}  // namespace handoff::gateway
