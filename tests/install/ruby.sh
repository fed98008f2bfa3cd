#!/usr/bin/env bash
# The gem, built and installed without a network into a GEM_HOME of its own: ruby.sh [PREFIX], where the library is
# installed; without it HOSTBILL_PREFIX.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export HOSTBILL_PREFIX=${1:-$HOSTBILL_PREFIX}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ -z "${SWIG:-}" ] && [ -x "$root/build/venv/bin/swig" ]; then export SWIG=$root/build/venv/bin/swig; fi
"$root/bindings/ruby/package.sh" "$work/source"
cd "$work/source"
gem build hostbill.gemspec >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
# No SWIG from here on, and nothing of the checkout.
export GEM_HOME=$work/gems GEM_PATH=$work/gems SWIG=false
unset RUBYLIB RUBYOPT
gem install --local --no-document hostbill-*.gem >"$work/log" 2>&1 ||
    { cat "$work/log"; find "$work/gems" -name mkmf.log -exec cat {} +; exit 1; }
mkdir "$work/elsewhere"
cd "$work/elsewhere"
rm -rf "$work/source"
cat >program.rb <<'RUBY'
require "hostbill"
Hostbill::Sandbox.new(portal: "time4vps") do |sandbox|
  sandbox.client do |client|
    raise "no servers" if client.servers.list.empty?

    client.servers.get(999_999)
    raise "no error"
  rescue Hostbill::NotFoundError
    nil
  end
end
raise "something is left" unless Hostbill.live_objects.zero?
RUBY
env -u HOSTBILL_PREFIX ruby -W program.rb
module=$(find "$work/gems" -name native.so -path '*/lib/*' | head -n 1)
symbols=$(nm -D --defined-only "$module" | awk '{ print $3 }')
[ "$symbols" = Init_native ] || { echo "exported: $symbols"; exit 1; }
find "$work/gems" -name operations.rbs | grep -q . || { echo "the signatures are not installed"; exit 1; }

# Without the library, or with one of another ABI: Ruby's own error, which names the cause.
refused() {
    if ruby program.rb 2>error; then
        echo "it was not noticed: $1"
        exit 1
    fi
    grep "$1" error | grep -q LoadError || { cat error; exit 1; }
}
libraries=$(dirname "$(find "$HOSTBILL_PREFIX/lib" -name libhostbill.so | head -n 1)")
find "$work/gems" -name native.so -exec sed -i 's#libhostbill\.so\.1#libhostbill.so.9#g' {} +
refused 'libhostbill.so.9: cannot open shared object file'
nm -D --defined-only "$libraries/libhostbill.so" | awk '$3 ~ /^hostbill_/ { print "int " $3 "(void) { return 99; }" }' >other.c
"${CC:-cc}" -shared -fPIC -fno-builtin -o libhostbill.so.9 other.c
LD_LIBRARY_PATH=$PWD refused 'needs version 1 of the hostbill library.s ABI, but the library that was loaded has version 99'
echo "1 passed, 0 failed"
