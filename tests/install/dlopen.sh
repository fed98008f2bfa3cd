# A program that was not linked with the library: dlopen.sh COMPILER SOURCE LIBRARY BUILD
set -euo pipefail
"$1" "$2/loader.c" -ldl -o "$4/loader"
"$4/loader" "$3"
