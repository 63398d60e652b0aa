# handoff_module(NAME [FOLDERS folder…] [DEPENDS module…] [LINKS target…]) makes the library of src/NAME from every .cpp in
# it and in these folders of it. It links the modules that the module may include, and records the edges in modules.txt.
# tests/tidy checks includes against that. If tests/NAME exists, it also makes the test program test_NAME.

add_library(handoff_options INTERFACE)
target_compile_options(handoff_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wno-missing-field-initializers -Werror)
# g++ 12 reports these in its own std::string and std::variant (GCC bugs 105651, 105329, 105562); clang has none of it.
target_compile_options(handoff_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread -Wno-maybe-uninitialized>)
# clang dates its precompiled headers, so that a cache would never find one again.
target_compile_options(handoff_options INTERFACE "$<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>")
target_include_directories(handoff_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_definitions(handoff_options INTERFACE BOOST_ASIO_NO_DEPRECATED SPDLOG_FMT_EXTERNAL)
# RE2 asks its users for -pthread; the precompiled header serves only if everybody has it.
target_compile_options(handoff_options INTERFACE -pthread)
target_link_libraries(handoff_options INTERFACE Boost::headers fmt::fmt)

file(WRITE ${CMAKE_BINARY_DIR}/modules.txt "")
enable_testing()
find_package(GTest REQUIRED)

# Standard headers, results and formatting once for everybody, and GoogleTest's with them for tests. Other heavy libraries
# stay in the files that need them.
set(handoff_standard_headers <algorithm> <array> <atomic> <charconv> <chrono> <cstdint> <filesystem> <functional> <map> <memory>
    <deque> <mutex> <optional> <set> <span> <string> <string_view> <thread> <unordered_map> <utility> <variant> <vector>
    <boost/system/result.hpp> <fmt/format.h>)
function(handoff_precompile NAME)
  file(WRITE ${CMAKE_BINARY_DIR}/${NAME}.cpp "")
  add_library(${NAME} OBJECT ${CMAKE_BINARY_DIR}/${NAME}.cpp)
  target_link_libraries(${NAME} PRIVATE handoff_options)
  target_precompile_headers(${NAME} PRIVATE ${ARGN})
endfunction()
handoff_precompile(handoff_precompiled ${handoff_standard_headers})
handoff_precompile(handoff_precompiled_tests ${handoff_standard_headers} <gtest/gtest.h>)
target_link_libraries(handoff_precompiled_tests PRIVATE GTest::gtest)
# clang compiles tests in half the time without optimization; g++ gains nothing. What they test is optimized as always.
set(handoff_tests_options $<$<CXX_COMPILER_ID:Clang>:-O0>)
target_compile_options(handoff_precompiled_tests PRIVATE ${handoff_tests_options})

function(handoff_module NAME)
  cmake_parse_arguments(ARG "" "" "FOLDERS;DEPENDS;LINKS" ${ARGN})
  set(patterns ${CMAKE_SOURCE_DIR}/src/${NAME}/*.cpp)
  foreach(folder ${ARG_FOLDERS})
    list(APPEND patterns ${CMAKE_SOURCE_DIR}/src/${NAME}/${folder}/*.cpp)
  endforeach()
  file(GLOB sources CONFIGURE_DEPENDS ${patterns})
  add_library(${NAME} STATIC ${sources})
  target_link_libraries(${NAME} PUBLIC ${ARG_DEPENDS} ${ARG_LINKS} PRIVATE handoff_options)
  target_include_directories(${NAME} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_precompile_headers(${NAME} REUSE_FROM handoff_precompiled)
  file(APPEND ${CMAKE_BINARY_DIR}/modules.txt "${NAME}: ${ARG_DEPENDS}\n")
  handoff_tests(${NAME} LINKS ${NAME})
endfunction()

# handoff_tests(NAME [LINKS target…]): the program test_NAME from every *_test.cpp in tests/NAME, if there is any.
function(handoff_tests NAME)
  cmake_parse_arguments(ARG "" "" "LINKS" ${ARGN})
  file(GLOB tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/${NAME}/*_test.cpp)
  if(NOT tests)
    return()
  endif()
  add_executable(test_${NAME} ${tests})
  target_link_libraries(test_${NAME} PRIVATE ${ARG_LINKS} GTest::gtest_main PkgConfig::RE2 handoff_options)
  target_compile_definitions(test_${NAME} PRIVATE HANDOFF_SOURCE_DIR="${CMAKE_SOURCE_DIR}" HANDOFF_BINARY_DIR="${CMAKE_BINARY_DIR}")
  target_compile_options(test_${NAME} PRIVATE ${handoff_tests_options})
  target_precompile_headers(test_${NAME} REUSE_FROM handoff_precompiled_tests)
  add_test(NAME ${NAME} COMMAND test_${NAME} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
endfunction()
