# Installs into an empty prefix and looks for what has to be there: install.sh CMAKE BUILD PREFIX LIBRARIES ABI_VERSION
set -euo pipefail
rm -rf "$3"
"$1" --install "$2" --prefix "$3" >/dev/null
for file in "$3"/include/hostbill.h "$3"/include/hostbill_sandbox.h "$3"/include/hostbill.hpp \
    "$3"/include/hostbill/sandbox.hpp "$3"/bin/hostbill-sandbox \
    "$4"/libhostbill.so "$4/libhostbill.so.$5" "$4"/libhostbill_sandbox.so "$4/libhostbill_sandbox.so.$5" \
    "$4"/pkgconfig/hostbill.pc "$4"/pkgconfig/hostbill-sandbox.pc "$4"/cmake/hostbill/hostbill-config.cmake \
    "$4"/cmake/hostbill/hostbill-config-version.cmake; do
    [ -e "$file" ] || { echo "$file is missing"; exit 1; }
done
# Nothing of the build tree or this machine may be left in it.
if grep -rIl -e "$2" -e "$3" "$3"; then
    echo "these files name the build tree or the prefix"
    exit 1
fi
