# The functions and their types are those of the baseline: same_as_baseline.sh LIBRARY BASELINE HEADERS
# Any difference fails, whatever abidiff makes of it; new functions alone are none.
set -euo pipefail
command -v abidiff >/dev/null || { echo "abidiff (abigail-tools) is not installed"; exit 77; }
[ "$(uname -m)" = x86_64 ] || { echo "the baseline was made on x86_64"; exit 77; }
# Types that the header does not define, such as what stands behind the opaque client, do not count.
abidiff --no-added-syms --headers-dir2 "$3" "$2" "$1"
