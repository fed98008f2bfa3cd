#!/usr/bin/env bash
# The C++ client from an installed prefix, by find_package and by pkg-config, in a folder elsewhere: cpp.sh [PREFIX];
# without it HOSTBILL_PREFIX.
set -euo pipefail
prefix=${1:-$HOSTBILL_PREFIX}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >program.cpp <<'CPP'
#include <hostbill.hpp>
#include <hostbill/sandbox.hpp>

int main() {
    {
        hostbill::SandboxConfig config;
        config.portal = "time4vps";
        hostbill::Sandbox sandbox(config);
        const hostbill::Client client = sandbox.client();
        if (client.servers.list().empty())
            return 1;
        try {
            client.servers.get(999999);
            return 1;
        } catch (const hostbill::NotFoundError &) {
        }
    }
    return hostbill::live_objects() == 0 ? 0 : 1;
}
CPP
cat >CMakeLists.txt <<'CMAKE'
cmake_minimum_required(VERSION 3.25)
project(program LANGUAGES CXX)
find_package(hostbill 0.1 REQUIRED)
add_executable(program program.cpp)
target_link_libraries(program PRIVATE hostbill::cpp hostbill::sandbox)
CMAKE
cmake -S . -B build -DCMAKE_PREFIX_PATH="$prefix" >log 2>&1 && cmake --build build >>log 2>&1 || { cat log; exit 1; }
build/program

libraries=$(dirname "$(find "$prefix" -name libhostbill.so | head -n 1)")
export PKG_CONFIG_PATH=$libraries/pkgconfig
# shellcheck disable=SC2046
"${CXX:-g++}" -std=c++17 -fvisibility=hidden program.cpp $(pkg-config --cflags --libs hostbill hostbill-sandbox) -o program
LD_LIBRARY_PATH=$libraries ./program

# A library made with the client exports its exceptions, which have to be caught elsewhere, and nothing else of it.
sed 's/int main()/__attribute__((visibility("default"))) int visit()/' program.cpp >visit.cpp
"${CXX:-g++}" -std=c++17 -shared -fPIC -fvisibility=hidden -fvisibility-inlines-hidden visit.cpp \
    $(pkg-config --cflags --libs hostbill hostbill-sandbox) -o libvisit.so
symbols=$(nm -DC --defined-only libvisit.so | grep hostbill | grep -Ev 'Error(::|$)|typeinfo|vtable' || true)
[ -z "$symbols" ] || { echo "exported: $symbols"; exit 1; }
echo "1 passed, 0 failed"
