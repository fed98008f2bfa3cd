# The installed sandbox program finds what it needs: sandbox.sh PROGRAM
set -euo pipefail
"$1" --help >/dev/null
