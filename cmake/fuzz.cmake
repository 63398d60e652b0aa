# The parsers of what comes from outside, under arbitrary bytes (tests/fuzz/targets.h). Every build has test_fuzz, which
# replays the corpora; with HANDOFF_FUZZ, which needs clang, there is a program fuzz_NAME for each target, and `fuzz` makes all.
option(HANDOFF_FUZZ "build the libFuzzer programs of tests/fuzz" OFF)

handoff_tests(fuzz)
add_custom_target(fuzz)

# handoff_fuzz(NAME LINKS module…): the target of tests/fuzz/NAME_fuzz.cpp.
function(handoff_fuzz NAME)
  cmake_parse_arguments(ARG "" "" "LINKS" ${ARGN})
  set(source ${CMAKE_SOURCE_DIR}/tests/fuzz/${NAME}_fuzz.cpp)
  target_sources(test_fuzz PRIVATE ${source})
  target_link_libraries(test_fuzz PRIVATE ${ARG_LINKS})
  if(NOT HANDOFF_FUZZ)
    return()
  endif()
  add_executable(fuzz_${NAME} ${CMAKE_SOURCE_DIR}/tests/fuzz/libfuzzer.cpp ${source})
  target_link_libraries(fuzz_${NAME} PRIVATE ${ARG_LINKS} handoff_options)
  target_link_options(fuzz_${NAME} PRIVATE -fsanitize=fuzzer)
  target_compile_definitions(fuzz_${NAME} PRIVATE HANDOFF_FUZZ_TARGET=try_${NAME} HANDOFF_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  target_precompile_headers(fuzz_${NAME} REUSE_FROM handoff_precompiled)
  add_dependencies(fuzz fuzz_${NAME})
endfunction()

handoff_fuzz(json LINKS json)
handoff_fuzz(jwt LINKS auth)
handoff_fuzz(fhirpath LINKS fhirpath)
handoff_fuzz(validator LINKS validation terminology)
handoff_fuzz(search LINKS search net)
handoff_fuzz(csv LINKS mapping)
handoff_fuzz(mapping LINKS mapping)
handoff_fuzz(package LINKS packages search)
handoff_fuzz(target LINKS rest)
handoff_fuzz(framing LINKS net PkgConfig::RE2)
