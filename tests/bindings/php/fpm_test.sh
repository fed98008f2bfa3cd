#!/usr/bin/env bash
# PHP-FPM: one process loads the extension and forks workers, each of which then uses the library.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
fpm=$(compgen -c php-fpm | sort -V | tail -n 1)
fpm=$(command -v "${fpm:-php-fpm}" || ls /usr/sbin/php-fpm* | tail -n 1)
work=$(mktemp -d)
sandbox='' server=''
finish() {
    [ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server"; } || true
    [ -z "$sandbox" ] || { kill "$sandbox" 2>/dev/null && wait "$sandbox"; } || true
    rm -rf "$work"
}
trap finish EXIT

cat >"$work/sandbox.php" <<PHP
<?php
require '$root/bindings/php/autoload.php';
\$sandbox = new Hostbill\Sandbox(portal: 'time4vps');
file_put_contents('$work/new', json_encode(['baseUrl' => \$sandbox->url, 'username' => \$sandbox->username,
    'password' => \$sandbox->password, 'portal' => 'time4vps']));
rename('$work/new', '$work/login.json');
sleep(120);
PHP
php -n -d extension="$HOSTBILL_PHP_EXTENSION" "$work/sandbox.php" &
sandbox=$!

cat >"$work/page.php" <<PHP
<?php
require '$root/bindings/php/autoload.php';
\$client = new Hostbill\Client(...json_decode(file_get_contents('$work/login.json'), true));
for (\$i = 0; \$i < 10; ++\$i) {
    \$list = \$client->servers->list();
}
\$pending = \$client->submit('account.balance');
\$ok = is_array(\$list) && is_array(\$pending->wait());
usleep(50000); // So that every worker gets some.
unset(\$client, \$pending);
echo \$ok && 0 === Hostbill\Library::liveObjects() ? 'good ' : 'bad ', getmypid(), "\n";
PHP
cat >"$work/fpm.conf" <<CONF
[global]
error_log = $work/fpm.log
daemonize = no
[www]
listen = $work/socket
pm = static
pm.max_children = 3
CONF
options=()
if [ "$(id -u)" -eq 0 ]; then
    options=(-R)
    printf 'user = root\ngroup = root\n' >>"$work/fpm.conf"
fi
"$fpm" -n -d extension="$HOSTBILL_PHP_EXTENSION" -F "${options[@]}" -y "$work/fpm.conf" >"$work/fpm.out" 2>&1 &
server=$!
for _ in $(seq 200); do
    [ -S "$work/socket" ] && [ -e "$work/login.json" ] && break
    sleep 0.05
done

request() {
    env -i REQUEST_METHOD=GET SCRIPT_FILENAME="$work/page.php" SCRIPT_NAME=/page.php GATEWAY_INTERFACE=CGI/1.1 \
        "$(command -v cgi-fcgi)" -bind -connect "$work/socket"
}
pids=()
for i in $(seq 24); do
    request >"$work/answer$i" 2>&1 &
    pids+=($!)
done
wait "${pids[@]}"
good=$(cat "$work"/answer* | grep -c '^good ' || true)
workers=$(grep -h '^good ' "$work"/answer* | tr -d '\r' | sort -u | wc -l)
if [ "$good" -ne 24 ] || [ "$workers" -lt 2 ] || grep -qE 'SIG(SEGV|ABRT)|exited on signal' "$work/fpm.log"; then
    cat "$work"/answer* "$work/fpm.log"
    exit 1
fi
