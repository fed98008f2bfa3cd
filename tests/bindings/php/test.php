<?php

// The PHP client, as its users see it.

declare(strict_types=1);

use Hostbill\Answer;
use Hostbill\Client;
use Hostbill\Exception\CancelledException;
use Hostbill\Exception\NotFoundException;
use Hostbill\Exception\OutcomeUnknownException;
use Hostbill\Exception\TimeoutException;
use Hostbill\Exception\UsageException;
use Hostbill\HostbillException;
use Hostbill\Library;
use Hostbill\Sandbox;

require __DIR__ . '/../../../bindings/php/autoload.php';

error_reporting(E_ALL);
set_error_handler(static fn (int $level, string $text) => throw new ErrorException($text));
ini_set('zend.exception_ignore_args', '0');
$threads = count(scandir('/proc/self/task')) - 2;

function check(bool $holds, string $what = ''): void
{
    if (!$holds) {
        throw new Exception("does not hold: $what");
    }
}

function equal(mixed $expected, mixed $got): void
{
    check($expected === $got, var_export($expected, true) . ' is expected, got ' . var_export($got, true));
}

function thrown(string $class, callable $call): Throwable
{
    try {
        $call();
    } catch (Throwable $error) {
        check($error instanceof $class, "$class is expected, got " . get_class($error) . ': ' . $error->getMessage());

        return $error;
    }
    throw new Exception("$class is expected, nothing was thrown");
}

enum Kind: string
{
    case A = 'AAAA';
}

/** @return array{Sandbox, Client} */
function started(string $portal = 'time4vps', mixed ...$settings): array
{
    $sandbox = new Sandbox(portal: $portal);

    return [$sandbox, $sandbox->client(...$settings)];
}

$tests = [];

$tests['nothing runs before the first client'] = function () use ($threads): void {
    equal(1, $threads);
    equal(0, Library::liveObjects());
};

$tests['named arguments, in both forms of the name'] = function (): void {
    $client = new Client(portal: 'coloup', username: 'me', password: 'x');
    $dry = $client->withOptions(dryRun: true);
    $prepared = $dry->domains->dnsRecords->create(7, name: 'www', type: 'A', content: '192.0.2.1');
    equal(['name' => 'www', 'type' => 'A', 'content' => '192.0.2.1'], json_decode($prepared['body'], true));
    equal('POST', $prepared['method']);
    equal($prepared, $dry->domains->dnsRecords->create(domainId: 7, name: 'www', type: 'A', content: '192.0.2.1'));
    equal('GET', $client->domains->list(options: ['dry_run' => true])['method']);
    $error = thrown(UsageException::class, fn () => $dry->domains->list(nme: 'x'));
    equal('nme', $error->fields[0]['field']);
    thrown(UsageException::class, fn () => $client->domians);
    check(isset($client->domains, $client->answers) && !isset($client->domians));
    thrown(UsageException::class, fn () => $client->domains = 1);
};

$tests['an empty array is an object where the catalogue says so'] = function (): void {
    $dry = (new Client(portal: 'elsecloud', username: 'me', password: 'x'))->withOptions(dryRun: true);
    $body = static fn (array $prepared): string => $prepared['body'];
    check(str_contains($body($dry->orders->create(1, custom: [])), '"custom":{}'));
    check(str_contains($body($dry->call('POST /order/{product_id}', ['product_id' => 1, 'custom' => []])), '"custom":{}'));
    check(str_contains($body($dry->orders->create(1, custom: [0 => 'a', 1 => 'b'])), '"custom":{"0":"a","1":"b"}'));
    check(str_contains($body($dry->orders->create(1, custom: ['list' => [], 'map' => new stdClass()])), '{"list":[],"map":{}}'));
    $dry->withOptions(extra: [])->account->balance();
};

$tests['rows with the same texts, or a name twice, are values of their own'] = function (): void {
    $text = '{"rows":[{"a":"xyz","b":{"a":"yyy","c":"xyz"}},{"a":"xyz","b":"xyz","a":1},{"a":"xyz","7":"xyz"},'
        . '{"a":"xyz","a":"xyz","7":"xyz"},{"a":null},{"a":"xyz"},'
        . '{"m":{"k":"some text"},"m":1},{"k":"some text"}]}';
    $portal = <<<'PHP'
        $listening = stream_socket_server('tcp://127.0.0.1:0');
        echo stream_socket_get_name($listening, false), "\n";
        $connection = stream_socket_accept($listening, 60);
        while ("\r\n" !== fgets($connection));
        fwrite($connection, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " . strlen($argv[1]) . "\r\n\r\n$argv[1]");
        fgets($connection);
        PHP;
    $process = proc_open([PHP_BINARY, '-n', '-r', $portal, '--', $text], [1 => ['pipe', 'w']], $pipes);
    $client = new Client(portal: 'coloup', baseUrl: 'http://' . trim(fgets($pipes[1])), auth: 'none');
    $got = $client->invoices->list(options: ['raw' => true]);
    $client->close();
    proc_close($process);
    $got['rows'][5]['a'] .= '!';
    $rows = json_decode($text, true)['rows'];
    $rows[5]['a'] = 'xyz!';
    equal($rows, $got['rows']);
};

$tests['values go out as PHP has them'] = function (): void {
    $dry = (new Client(portal: 'coloup', username: 'me', password: 'x'))->withOptions(dryRun: true);
    $text = new class implements Stringable {
        public function __toString(): string
        {
            return "é😀\0\"\\/";
        }
    };
    $body = static fn (array $prepared): array => json_decode($prepared['body'], true);
    equal("é😀\0\"\\/", $body($dry->domains->dnsRecords->create(1, 'A', $text))['content']);
    equal('AAAA', $body($dry->domains->dnsRecords->create(1, Kind::A, 'x'))['type']);
    equal(['a', 'b'], $body($dry->domains->nameservers->update(1, nameservers: new ArrayIterator(['a', 'b'])))['nameservers']);
    $order = (new Client(portal: 'elsecloud', username: 'me', password: 'x'))->withOptions(dryRun: true)->orders;
    equal(["\0a" => 1], $body($order->create(1, custom: ["\0a" => 1]))['custom']);
};

$tests['an amount is what was given, whatever php.ini says of floats'] = function (): void {
    $dry = (new Client(portal: 'coloup', username: 'me', password: 'x'))->withOptions(dryRun: true);
    foreach (['17', '5', '0', '-1'] as $precision) {
        ini_set('serialize_precision', $precision);
        foreach (['19.99', '12345.67', '0.1', '3', '-0.25', '0.30000000000000004', '1.0e-7', '1000000000000000'] as $digits) {
            equal("{\"amount\":$digits}", $dry->invoices->applyCredit(1, amount: (float) $digits)['body']);
        }
    }
};

$tests['wrong values are usage errors that name the place'] = function (): void {
    $client = new Client(portal: 'elsecloud', username: 'me', password: 'x');
    $loop = [];
    $loop['again'] = &$loop;
    $wrong = [NAN, INF, "\xff", "a\xc3", fopen('php://memory', 'r'), fn () => 1, new DateTime(), $loop, ["\xff" => 1]];
    foreach ($wrong as $value) {
        $error = thrown(UsageException::class, fn () => $client->orders->create(1, custom: ['inner' => $value]));
        check(str_contains($error->getMessage(), 'custom.inner'), $error->getMessage());
        check(str_contains($error->fields[0]['field'], 'custom.inner'));
    }
    foreach (["servers.list\0", "\xff", '', 'domains.lst', 'POST /nowhere'] as $operation) {
        thrown(UsageException::class, fn () => $client->call($operation));
    }
    thrown(UsageException::class, fn () => $client->domains->list(options: ['timeuot' => 1]));
    thrown(UsageException::class, fn () => $client->domains->get([1]));
    $error = thrown(UsageException::class, fn () => new Client(portal: 'time4vps', usernme: 'x'));
    equal('username', $error->fields[0]['nearest']);
    thrown(UsageException::class, fn () => new Client());
    thrown(UsageException::class, fn () => new Client('time4vps', 'http://127.0.0.1', ["\xff"]));
    thrown(UsageException::class, fn () => new Sandbox(portal: 'nowhere'));
    thrown(UsageException::class, fn () => Library::catalog('nowhere'));
    thrown(UsageException::class, fn () => Library::catalog("coloup\0"));
};

$tests['answers'] = function (): void {
    [$sandbox, $client] = started();
    $answer = $client->answers->account->balance(options: ['tag' => 'té', 'raw' => true]);
    check($answer instanceof Answer);
    equal('té', $answer->meta['tag']);
    equal('account.balance', $client->answers->call('GET /balance')->meta['operation']);
    equal('6.00', $answer->data['details']['acc_balance']);
    check(is_array($client->servers->list()));
    equal(Library::catalog('time4vps')['portal'], 'time4vps');
    check(count(Library::catalog()['portals']) >= 5);
};

$tests['errors have a class, and their members stay'] = function (): void {
    [$sandbox, $client] = started();
    $error = thrown(NotFoundException::class, fn () => $client->servers->get(999999));
    check($error instanceof HostbillException && $error instanceof RuntimeException);
    equal(['not_found', -6, -6, 'servers.get', 1], [$error->errorClass, $error->status, $error->getCode(), $error->operation, count($error->portalErrors)]);
    thrown(Error::class, fn () => $error->status = 0);
    $sandbox->control('fault', ['operation' => 'account.balance', 'fault' => ['kind' => 'delay', 'ms' => 2000]]);
    thrown(TimeoutException::class, fn () => $client->withOptions(timeout: 0.1, maxAttempts: 1)->account->balance());
    foreach (Hostbill\Exception\Classes::BY_NAME as $name => $class) {
        equal([$name, $class], [$class::ERROR_CLASS, get_class(HostbillException::fromDocument(['class' => $name]))]);
    }
};

$tests['no secret is shown'] = function (): void {
    $secret = 'hunter2';
    $client = new Client(portal: 'time4vps', username: 'me', password: $secret, auth: 'basic');
    $shown = print_r($client, true) . print_r($client->withOptions(timeout: 3), true);
    ob_start();
    var_dump($client);
    var_dump($client->domains);
    $shown .= ob_get_clean() . var_export(Closure::bind(fn () => $this->options, $client, Client::class)(), true);
    $shown .= print_r($client->servers->list(options: ['dry_run' => true]), true);
    foreach ([
        fn () => new Client(portal: 'time4vps', username: 'me', password: $secret, nonsense: $secret),
        fn () => new Client(portal: 'time4vps', username: "\xff", password: $secret, token: $secret, proxy: $secret),
        fn () => $client->vms->create(1, password: $secret, label: "\xff"),
        fn () => $client->call('vms.create', ['password' => $secret, 'label' => "\xff"]),
        fn () => $client->submit('vms.create', ['password' => $secret, 'label' => "\xff"]),
    ] as $call) {
        $error = thrown(Throwable::class, $call);
        $shown .= $error . $error->getTraceAsString();
        foreach ($error->getTrace() as $frame) {
            foreach ($frame['args'] ?? [] as $argument) {
                $shown .= $argument instanceof Closure ? '' : print_r($argument, true);
            }
        }
    }
    check(!str_contains($shown, $secret), 'shown: ' . substr(strstr($shown, $secret) ?: '', 0, 200));
    thrown(UsageException::class, fn () => serialize($client));
};

$tests['close'] = function (): void {
    [$sandbox, $client] = started();
    $sandbox->control('fault', ['operation' => 'account.balance', 'fault' => ['kind' => 'delay', 'ms' => 5000]]);
    $pending = $client->submit('account.balance');
    usleep(100_000);
    $other = $client->withOptions(timeout: 5);
    $client->close();
    $client->close();
    check($client->isClosed() && $other->isClosed());
    equal('the client is closed', thrown(UsageException::class, fn () => $other->servers->list())->getMessage());
    equal('the client is closed', thrown(UsageException::class, fn () => $other->submit('servers.list'))->getMessage());
    thrown(CancelledException::class, fn () => $pending->wait());
    thrown(UsageException::class, fn () => $pending->wait());
    $sandbox->close();
    $sandbox->close();
    thrown(UsageException::class, fn () => $sandbox->control('info'));
};

$tests['a client goes with its last reference'] = function (): void {
    [$sandbox, $client] = started();
    $group = $client->domains->dnsRecords;
    $client->account->balance();
    check(Library::liveObjects() > 0);
    unset($client, $group);
    equal(0, Library::liveObjects());
};

$tests['submitted operations run side by side'] = function (): void {
    [$sandbox, $client] = started();
    $sandbox->control('fault', ['operation' => 'account.balance', 'times' => 8, 'fault' => ['kind' => 'delay', 'ms' => 300]]);
    $began = hrtime(true);
    $all = array_map(fn () => $client->submit('account.balance'), range(1, 8));
    check(!$all[7]->isReady());
    thrown(TimeoutException::class, fn () => $all[0]->wait(0.02));
    foreach (array_reverse($all) as $one) {
        check(is_array($one->wait()));
    }
    $took = (hrtime(true) - $began) / 1e6;
    check($took < 8 * 300 * 0.6, "8 calls of 300 ms took $took ms");
};

$tests['cancel'] = function (): void {
    [$sandbox, $client] = started();
    $sandbox->control('fault', ['operation' => 'servers.reboot', 'fault' => ['kind' => 'delay', 'ms' => 5000]]);
    $reboot = $client->submit('servers.reboot', ['server_id' => $sandbox->ids['server_id']]);
    $list = $client->submit('servers.list');
    usleep(150_000);
    $reboot->cancel();
    $error = thrown(OutcomeUnknownException::class, fn () => $reboot->wait());
    check(is_string($client->reconcile(...$error->reconcile)['verdict']));
    check(is_array($list->wait()));
};

$tests['a child process goes on with what it inherited'] = function (): void {
    if (!function_exists('pcntl_fork')) {
        return;
    }
    [$sandbox, $client] = started();
    $client->servers->list();
    $children = [];
    for ($i = 0; $i < 3; ++$i) {
        $child = pcntl_fork();
        if (0 === $child) {
            $good = is_array($client->servers->list()) && is_array($client->submit('servers.list')->wait());
            exit($good ? 0 : 1);
        }
        $children[] = $child;
    }
    foreach ($children as $child) {
        pcntl_waitpid($child, $status);
        equal(0, $status);
    }
    $client->servers->list();
};

$tests['what was submitted before a fork is its parent\'s to wait for'] = function (): void {
    if (!function_exists('pcntl_fork')) {
        return;
    }
    [$sandbox, $client] = started();
    $pending = $client->submit('servers.list');
    $child = pcntl_fork();
    if (0 === $child) {
        pcntl_alarm(20);
        thrown(UsageException::class, fn () => $pending->wait());
        exit(is_array($client->submit('servers.list')->wait()) ? 0 : 1);
    }
    pcntl_waitpid($child, $status);
    equal(0, $status);
    check(is_array($pending->wait()));
};

$tests['a batch keeps some calls under way, in order or as they end'] = function (): void {
    [$sandbox, $client] = started();
    $asked = 0;
    $calls = static function () use (&$asked): Generator {
        for (; ; ) {
            ++$asked;
            yield 0 === $asked % 10 ? ['no.such'] : ['servers.get', ['server_id' => $asked], ['dry_run' => true]];
        }
    };
    $seen = 0;
    foreach ($client->batch($calls(), window: 5) as $outcome) {
        equal($seen++, $outcome->index);
        check($asked < $seen + 5);
        check(0 === $seen % 10 ? $outcome->error instanceof UsageException : str_ends_with($outcome->data['url'], "/server/$seen"));
        if (100 === $seen) {
            break;
        }
    }
    equal(100, $seen);

    // The slow one comes last, unless the order is kept.
    foreach ([true, false] as $ordered) {
        $sandbox->control('fault', ['operation' => 'account.balance', 'fault' => ['kind' => 'delay', 'ms' => 500]]);
        $all = [['account.balance'], ['servers.list', []], ['servers.list', null, null]];
        $indices = [];
        foreach ($client->batch($all, ordered: $ordered) as $outcome) {
            equal(null, $outcome->error);
            $indices[] = $outcome->index;
        }
        equal(0, $indices[$ordered ? 0 : 2]);
        equal(3, count($indices));
    }

    // Whoever leaves stops the rest; another submission of the client keeps its answer.
    $other = $client->submit('servers.list');
    $sandbox->control('fault', ['operation' => 'account.balance', 'times' => 3, 'fault' => ['kind' => 'delay', 'ms' => 30000]]);
    $started = hrtime(true);
    foreach ($client->batch([['servers.list'], ...array_fill(0, 20, ['account.balance'])], window: 4) as $outcome) {
        equal(0, $outcome->index);
        break;
    }
    unset($outcome);
    check(hrtime(true) - $started < 10e9);
    check(is_array($other->wait()));
    thrown(UsageException::class, fn () => $client->batch([], window: 0));
    $client->close();
    foreach ($client->batch([['account.balance']]) as $outcome) {
        check($outcome->error instanceof UsageException);
    }
};

$tests['a child process neither waits for what is its parent\'s, nor sends the rest'] = function (): void {
    if (!function_exists('pcntl_fork')) {
        return;
    }
    [$sandbox, $client] = started();
    $sandbox->control('fault', ['operation' => 'servers.reboot', 'fault' => ['kind' => 'delay', 'ms' => 30000]]);
    $batch = $client->batch([['servers.reboot', ['server_id' => 110]], ['no.such'], ['account.balance']], window: 2, ordered: false);
    check($batch->current()->error instanceof UsageException);
    foreach ([false, true] as $goesOn) {
        $child = pcntl_fork();
        if (0 === $child) {
            pcntl_alarm(20);
            if ($goesOn) {
                thrown(UsageException::class, fn () => $batch->next());
            }
            unset($batch);
            exit(0);
        }
        pcntl_waitpid($child, $status);
        equal(0, $status);
    }
};

$tests['map takes values no sooner than the window allows, and leaves mistakes in them to their outcomes'] = function (): void {
    [$sandbox, $client] = started();
    $asked = 0;
    $values = static function () use (&$asked): Generator {
        for (; ; ) {
            yield ++$asked;
        }
    };
    $seen = 0;
    foreach ($client->map('servers.get', 'server_id', $values(), options: ['dry_run' => true], window: 5) as $outcome) {
        equal($seen++, $outcome->index);
        check($asked < $seen + 5);
        check(str_ends_with($outcome->data['url'], "/server/$seen"));
        if (20 === $seen) {
            break;
        }
    }
    equal(20, $seen);

    $ids = [1, null, fopen('php://memory', 'r'), 4];
    $all = iterator_to_array($client->map('servers.tasks.get', 'task_id', $ids, ['server_id' => 7], ['dry_run' => true]));
    equal([null, UsageException::class, UsageException::class, null], array_map(fn ($one) => $one->error ? $one->error::class : null, $all));
    check(str_ends_with($all[3]->data['url'], '/server/7/task/4'));
    equal(['servers.tasks.get', ['task_id' => null, 'server_id' => 7], ['dry_run' => true]], $all[1]->call);
    $indices = [];
    foreach ($client->map('servers.get', 'server_id', range(1, 9), options: ['dry_run' => true], ordered: false) as $outcome) {
        $indices[] = $outcome->index;
    }
    sort($indices);
    equal(range(0, 8), $indices);
    unset($outcome, $all, $ids);

    thrown(UsageException::class, fn () => $client->map('servers.get', 'server_id', [1], ['server_id' => null]));
    thrown(UsageException::class, fn () => $client->map('servers.get', 'server_id', [1], window: 0));
    $client->close();
};

foreach ($tests as $name => $test) {
    try {
        $test();
        equal(0, Library::liveObjects());
        echo "ok $name\n";
    } catch (Throwable $error) {
        echo "failed $name: {$error->getMessage()} at {$error->getFile()}:{$error->getLine()}\n";
    }
    unset($error);
}
echo "end\n";
