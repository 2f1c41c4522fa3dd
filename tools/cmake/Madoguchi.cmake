# The few functions that every CMakeLists.txt of the project uses, so that warnings, sanitizers and the include
# root are said once. Includes are written from the repository's root: "firmware/base/result.h".

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
      CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE_PROGRAM})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_C_COMPILER_LAUNCHER})
endif()

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)

add_library(madoguchi_options INTERFACE)
target_include_directories(madoguchi_options INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)
target_compile_definitions(madoguchi_options INTERFACE
  MADOGUCHI_VERSION="${PROJECT_VERSION}"
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION)
target_compile_options(madoguchi_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Werror
  # GCC 12 reports these falsely inside Asio's coroutine frames and nlohmann's containers.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-mismatched-new-delete -Wno-maybe-uninitialized -Wno-restrict
    -Wno-stringop-overflow -Wno-array-bounds -Wno-dangling-reference>
  # ... and this one, when it optimises, for spans over arrays of constants.
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:RelWithDebInfo>>:-Wno-stringop-overread>
  -fstack-protector-strong -D_GLIBCXX_ASSERTIONS)
target_link_libraries(madoguchi_options INTERFACE Threads::Threads)
if(MADOGUCHI_SANITIZE)
  target_compile_options(madoguchi_options INTERFACE
    -fsanitize=${MADOGUCHI_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(madoguchi_options INTERFACE -fsanitize=${MADOGUCHI_SANITIZE})
endif()
if(MADOGUCHI_SANITIZE STREQUAL "thread")
  # ThreadSanitizer does not know fences; Asio's queue is guarded by a mutex without them.
  target_compile_definitions(madoguchi_options INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
  target_compile_options(madoguchi_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)
endif()
if(MADOGUCHI_FUZZ)
  # Coverage in every library; the fuzzer's main only in the fuzz targets.
  target_compile_options(madoguchi_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# A library from Debian, looked up by pkg-config; its headers count as system headers.
#   madoguchi_pkg(PCSC libpcsclite)  ->  target PkgConfig::PCSC
function(madoguchi_pkg name)
  if(NOT TARGET PkgConfig::${name})
    pkg_check_modules(${name} REQUIRED IMPORTED_TARGET GLOBAL ${ARGN})
  endif()
endfunction()

# madoguchi_library(message SOURCES a.cpp b.cpp DEPS base)  ->  target madoguchi_message
function(madoguchi_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;PRIVATE_DEPS" ${ARGN})
  list(TRANSFORM ARG_DEPS REPLACE "^([a-z_]+)$" "madoguchi_\\1")
  if(ARG_SOURCES)
    add_library(madoguchi_${name} STATIC ${ARG_SOURCES})
    target_link_libraries(madoguchi_${name} PUBLIC madoguchi_options ${ARG_DEPS} PRIVATE ${ARG_PRIVATE_DEPS})
  else()
    add_library(madoguchi_${name} INTERFACE)
    target_link_libraries(madoguchi_${name} INTERFACE madoguchi_options ${ARG_DEPS})
  endif()
endfunction()

# madoguchi_program(kioskd SOURCES main.cpp DEPS visit)  ->  build/<preset>/bin/kioskd
function(madoguchi_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  list(TRANSFORM ARG_DEPS REPLACE "^([a-z_]+)$" "madoguchi_\\1")
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE madoguchi_options ${ARG_DEPS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
endfunction()

# What every CTest entry gets; the programs that a test starts inherit what LeakSanitizer may pass over. umockdev's
# preload stands before AddressSanitizer's library and wraps no memory function.
set(MADOGUCHI_TEST_ENVIRONMENT PYTHONDONTWRITEBYTECODE=1 ASAN_OPTIONS=verify_asan_link_order=0
    LSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/lsan.supp:print_suppressions=0)

# madoguchi_test(unit_base SOURCES result_test.cpp DEPS base): one CppUTest program, one CTest entry.
# tests/test_main.cpp is its main(). LAUNCHER: a command that CTest runs the program with.
function(madoguchi_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;LABELS;LAUNCHER" ${ARGN})
  if(MADOGUCHI_FUZZ)
    return()
  endif()
  madoguchi_pkg(CPPUTEST cpputest)
  list(TRANSFORM ARG_DEPS REPLACE "^([a-z_]+)$" "madoguchi_\\1")
  add_executable(${name} ${ARG_SOURCES} ${CMAKE_SOURCE_DIR}/tests/test_main.cpp)
  target_link_libraries(${name} PRIVATE madoguchi_options ${ARG_DEPS} PkgConfig::CPPUTEST)
  # Without the last one CppUTest's header redefines `new` for whatever is included after it.
  target_compile_definitions(${name} PRIVATE MADOGUCHI_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                                             MADOGUCHI_BINARY_DIR="${CMAKE_BINARY_DIR}"
                                             CPPUTEST_MEM_LEAK_DETECTION_DISABLED)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  add_test(NAME ${name} COMMAND ${ARG_LAUNCHER} $<TARGET_FILE:${name}>)
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" ENVIRONMENT "${MADOGUCHI_TEST_ENVIRONMENT}")
endfunction()

# madoguchi_fuzz(fuzz_message SOURCES message_fuzz.cpp DEPS message): a libFuzzer target in the fuzz preset.
# tests/fuzz/run starts every target for a while; a seed corpus lies in tests/fuzz/corpus/<name>/.
function(madoguchi_fuzz name)
  if(NOT MADOGUCHI_FUZZ)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  list(TRANSFORM ARG_DEPS REPLACE "^([a-z_]+)$" "madoguchi_\\1")
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE madoguchi_options ${ARG_DEPS} -fsanitize=fuzzer)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
endfunction()
