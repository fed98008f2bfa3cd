# A project that finds the library with find_package: cmake_package.sh CMAKE SOURCE PREFIX BUILD
set -euo pipefail
rm -rf "$4"
"$1" -S "$2/package" -B "$4" -DCMAKE_PREFIX_PATH="$3" >/dev/null
"$1" --build "$4" >/dev/null
"$4/consumer"
"$4/first_call" >/dev/null
