# A program that asks pkg-config: pkg_config.sh COMPILER SOURCE LIBRARIES BUILD
set -euo pipefail
export PKG_CONFIG_PATH=$3/pkgconfig
# shellcheck disable=SC2046
"$1" "$2/consumer.c" $(pkg-config --cflags --libs hostbill) -o "$4/pkg_config_consumer"
LD_LIBRARY_PATH=$3 "$4/pkg_config_consumer"
