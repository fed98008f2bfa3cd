<?php

// The contestants in PHP: main.php NAME, with the settings in the environment.

declare(strict_types=1);

$url = getenv('BENCH_URL');
$caFile = getenv('BENCH_CA_FILE');

function client(): Hostbill\Client
{
    require __DIR__ . '/../../../bindings/php/autoload.php';

    return new Hostbill\Client(portal: 'coloup', baseUrl: getenv('BENCH_BASE'), auth: 'none', caFile: getenv('BENCH_CA_FILE') ?: null);
}

// Each gives what makes one call and returns its invoices, and the versions of what it uses.
$contestants = [
    'hostbill' => static function (): array {
        $client = client();

        return [static fn (): array => $client->invoices->list(), ['hostbill' => Hostbill\Library::version()]];
    },
    'hostbill_raw' => static function (): array {
        $client = client();
        $options = json_decode(getenv('BENCH_OPTIONS'), true);

        return [static fn (): array => $client->call('invoices.list', options: $options)['invoices'], []];
    },
    'curl' => static function () use ($url, $caFile): array {
        $handle = curl_init($url);
        curl_setopt($handle, CURLOPT_RETURNTRANSFER, true);
        if ('' !== $caFile) {
            curl_setopt($handle, CURLOPT_CAINFO, $caFile);
        }

        return [static function () use ($handle): array {
            $text = curl_exec($handle);
            if (200 !== curl_getinfo($handle, CURLINFO_RESPONSE_CODE)) {
                throw new RuntimeException('refused');
            }

            return json_decode($text, true, flags: JSON_THROW_ON_ERROR)['invoices'];
        }, ['curl of PHP' => curl_version()['version']]];
    },
    'guzzle' => static function () use ($url, $caFile): array {
        require '/usr/share/php/GuzzleHttp/autoload.php';
        $client = new GuzzleHttp\Client('' === $caFile ? [] : ['verify' => $caFile]);

        return [static function () use ($client, $url): array {
            return json_decode((string) $client->get($url)->getBody(), true, flags: JSON_THROW_ON_ERROR)['invoices'];
        }, ['Guzzle' => (string) GuzzleHttp\ClientInterface::MAJOR_VERSION]];
    },
];

[$call, $versions] = $contestants[$argv[1]]();
echo json_encode(['PHP' => PHP_VERSION, ...$versions]), "\n";
while (false !== ($line = fgets(STDIN))) {
    $total = 0;
    for ($count = (int) $line; $count > 0; --$count) {
        $invoices = $call();
        $total += count($invoices);
    }
    echo $total, ' ', end($invoices)['id'], "\n";
}
