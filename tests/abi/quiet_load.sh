# Nothing of ours runs when the library is loaded or unloaded: quiet_load.sh LIBRARY
# One entry in each table is the compiler's own start-up code; a global object with a constructor or a destructor
# would add to them.
set -euo pipefail
size() { readelf -SW "$1" | awk -v name="$2" '{ sub(/^ *\[ *[0-9]+\] */, "") } $1 == name { print $5 }'; }
for table in .init_array .fini_array; do
    found=$(size "$1" $table)
    if [ "${found:-0}" -gt 8 ]; then
        echo "$table holds $((found / 8)) functions instead of one:"
        nm -C "$1" | grep -E '_GLOBAL__sub_[ID]|__static_initialization' || true
        exit 1
    fi
done
readelf -dW "$1" | grep -q NODELETE || { echo "the library can be unloaded"; exit 1; }
