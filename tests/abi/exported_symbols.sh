# The library exports exactly the functions of the list: exported_symbols.sh LIBRARY LIST
set -euo pipefail
diff "$2" <(nm -D --defined-only "$1" | awk '{print $NF}' | LC_ALL=C sort)
