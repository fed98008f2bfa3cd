#!/usr/bin/env bash
# The distribution's archive, built, tested and installed under a folder of its own: perl.sh [PREFIX], where the library
# is installed; without it HOSTBILL_PREFIX.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export HOSTBILL_PREFIX=${1:-$HOSTBILL_PREFIX}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ -z "${SWIG:-}" ] && [ -x "$root/build/venv/bin/swig" ]; then export SWIG=$root/build/venv/bin/swig; fi
quietly() { "$@" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }; }
unset PERL5LIB PERL5OPT PERL_MM_OPT
"$root/bindings/perl/package.sh" "$work/source"
cd "$work/source"
quietly perl Makefile.PL INSTALLMAN1DIR=none INSTALLMAN3DIR=none
quietly make dist
mv Hostbill-*.tar.gz "$work/"
# No SWIG from here on, and nothing of the checkout.
export SWIG=false
rm -rf "$work/source"
mkdir "$work/unpacked" "$work/elsewhere"
tar -xzf "$work"/Hostbill-*.tar.gz -C "$work/unpacked" --strip-components=1
cd "$work/unpacked"
quietly perl Makefile.PL INSTALL_BASE="$work/tree" INSTALLMAN1DIR=none INSTALLMAN3DIR=none
quietly make
quietly make test
quietly make install
cd "$work/elsewhere"
rm -rf "$work/unpacked"
export PERL5LIB=$work/tree/lib/perl5
cat >program.pl <<'PERL'
use 5.036;
use Hostbill;
{
    my $sandbox = Hostbill::Sandbox->new(portal => 'time4vps');
    my $client  = $sandbox->client;
    die 'no servers' unless $client->servers->list->@*;
    die 'no error' if eval { $client->servers->get(999_999); 1 };
    die $@ unless $@->isa('Hostbill::Error::NotFound');
}
die 'something is left' if Hostbill::live_objects();
PERL
env -u HOSTBILL_PREFIX perl -w program.pl
module=$(find "$work/tree" -name Native.so)
symbols=$(nm -D --defined-only "$module" | awk '{ print $3 }')
[ "$symbols" = boot_Hostbill__Native ] || { echo "exported: $symbols"; exit 1; }
grep -q '^=head1 .client->domains->dns_records' "$(find "$work/tree" -name Domains.pm)" ||
    { echo "the documentation is not installed"; exit 1; }

# Without the library, or with one of another ABI: Perl's own error, which names the cause.
refused() {
    if perl program.pl 2>error; then
        echo "it was not noticed: $1"
        exit 1
    fi
    grep -q "$1" error || { cat error; exit 1; }
}
libraries=$(dirname "$(find "$HOSTBILL_PREFIX/lib" -name libhostbill.so | head -n 1)")
chmod u+w "$module"
sed -i 's#libhostbill\.so\.1#libhostbill.so.9#g' "$module"
refused 'libhostbill.so.9: cannot open shared object file'
nm -D --defined-only "$libraries/libhostbill.so" | awk '$3 ~ /^hostbill_/ { print "int " $3 "(void) { return 99; }" }' >other.c
"${CC:-cc}" -shared -fPIC -fno-builtin -o libhostbill.so.9 other.c
LD_LIBRARY_PATH=$PWD refused 'needs version 1 of the hostbill library.s ABI, but the library that was loaded has version 99'
echo "1 passed, 0 failed"
