# How everything here is compiled: set once for all folders.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# Nothing is exported but what says so.
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

# Headers are included by their folder: "core/client.hpp".
include_directories(${PROJECT_SOURCE_DIR})

# What nobody calls is left out.
set(optimized $<NOT:$<CONFIG:Debug>>)
add_compile_options($<${optimized}:-ffunction-sections> $<${optimized}:-fdata-sections>)
add_link_options($<${optimized}:-Wl,--gc-sections>)

# The tables are full of pointers, which the loader has to put right: 24 bytes of the file for each, or one bit.
include(CheckCXXSourceCompiles)
set(CMAKE_REQUIRED_LINK_OPTIONS -Wl,-z,pack-relative-relocs)
check_cxx_source_compiles("
    #include <features.h>
    #if !__GLIBC_PREREQ(2, 36)
    #error The loader does not know them.
    #endif
    int main() {}" HOSTBILL_PACKS_RELOCATIONS)
unset(CMAKE_REQUIRED_LINK_OPTIONS)
if(HOSTBILL_PACKS_RELOCATIONS)
    add_link_options(-Wl,-z,pack-relative-relocs)
endif()

add_compile_definitions(HOSTBILL_VERSION="${PROJECT_VERSION}")
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion)
# g++ 12 sees overlapping copies in plain concatenations of strings (GCC bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>)
endif()
if(HOSTBILL_WERROR)
    add_compile_options(-Werror)
endif()

if(HOSTBILL_SANITIZE)
    add_compile_options(-fsanitize=${HOSTBILL_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${HOSTBILL_SANITIZE})
endif()

# Headers that nearly every file of a target has, read once. For debugging alone: optimized builds, such as the Python
# package's, prove that each file names what it needs.
function(hostbill_precompile target) # and headers
    if(CMAKE_BUILD_TYPE STREQUAL "Debug")
        target_precompile_headers(${target} PRIVATE ${ARGN})
    endif()
endfunction()

# Most of the library is for what is done rarely, and rather small than fast. hostbill_fast names the files that every call
# runs through; bench/README.md tells what that costs. Last, so that these win over CMake's own.
function(hostbill_small target)
    target_compile_options(${target} PRIVATE $<${optimized}:-Os>)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU") # It inlines less, and then takes what an empty optional lacks for used.
        target_compile_options(${target} PRIVATE $<${optimized}:-Wno-maybe-uninitialized>)
    endif()
endfunction()
function(hostbill_fast level) # and files
    # From 13 on g++ puts whole destructors in place, which makes two and a half times the code of a file at -O2.
    if(level STREQUAL "-O2" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 13)
        list(APPEND level --param=max-inline-insns-single=50)
    endif()
    set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS "$<${optimized}:${level}>")
endfunction()

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

# A library of the C ABI: it exports what the version script lists and nothing else, carries the ABI version in its
# soname, and stays loaded, because threads and callers may still hold on to it.
function(hostbill_shared_library target version_script)
    set_target_properties(${target} PROPERTIES
        VERSION ${HOSTBILL_ABI_VERSION}.0.${PROJECT_VERSION_PATCH}
        SOVERSION ${HOSTBILL_ABI_VERSION}
        LINK_DEPENDS ${version_script})
    target_link_options(${target} PRIVATE
        -Wl,--version-script=${version_script} -Wl,--exclude-libs,ALL -Wl,-z,nodelete -Wl,-z,relro,-z,now)
    if(NOT HOSTBILL_SANITIZE)
        target_link_options(${target} PRIVATE -Wl,-z,defs) # The sanitizers' own symbols come from the program.
    endif()
endfunction()
