#include "sqlite/state.h"

#include "sqlite/schema.h"

namespace handoff::sqlite {

Result<std::unique_ptr<SqliteState>> look(const std::filesystem::path& file) {
  if (auto fits = check_schema(file); !fits) return fits.error();
  try {
    auto reader = std::make_unique<Reader>(file);
    reader->begin_now();
    return std::make_unique<SqliteState>(std::move(reader), [](std::unique_ptr<Reader>) {});
  } catch (const StoreFailure& failure) {
    return problem(Kind::unavailable, file.string() + ": " + failure.what());
  }
}

}  // namespace handoff::sqlite
