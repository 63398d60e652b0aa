# The store's migrations as a C++ table, made again when one changes.
file(GLOB migration_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/sqlite/migrations/*.sql)
add_custom_command(
  OUTPUT ${CMAKE_BINARY_DIR}/migrations.cpp
  COMMAND ${CMAKE_COMMAND} -DFOLDER=${CMAKE_SOURCE_DIR}/src/sqlite/migrations -DOUT=${CMAKE_BINARY_DIR}/migrations.cpp
          -P ${CMAKE_SOURCE_DIR}/cmake/embed_migrations.cmake
  DEPENDS ${migration_files} ${CMAKE_SOURCE_DIR}/cmake/embed_migrations.cmake)
target_sources(sqlite PRIVATE ${CMAKE_BINARY_DIR}/migrations.cpp)
