<?php

// A domain's DNS zone is found by whole labels, a TXT record added, read back and removed; then unpaid invoices, and a
// server that is rebooted.
//
// Without HOSTBILL_BASE_URL, HOSTBILL_USERNAME and HOSTBILL_PASSWORD it starts a sandbox. HOSTBILL_PORTAL is the portal:
// time4vps where nothing is said; of those known by name it alone has both zones of DNS services and such servers.

declare(strict_types=1);

use Hostbill\Client;
use Hostbill\Sandbox;

require getenv('HOSTBILL_AUTOLOAD') ?: __DIR__ . '/../../bindings/php/autoload.php';

$portal = getenv('HOSTBILL_PORTAL') ?: 'time4vps';
if (getenv('HOSTBILL_BASE_URL')) {
    $client = new Client(
        portal: $portal,
        baseUrl: getenv('HOSTBILL_BASE_URL'),
        username: getenv('HOSTBILL_USERNAME'),
        password: getenv('HOSTBILL_PASSWORD'),
    );
} else {
    $sandbox = new Sandbox(portal: $portal);
    $client = $sandbox->client();
}

$zone = $client->dns->zones->find(name: '_acme-challenge.www.example.net');
['service_id' => $service, 'zone_id' => $id, 'relative' => $name] = $zone;
echo "zone {$zone['zone']} holds $name\n";

// The TXT records of the name.
$texts = static fn (): array => array_filter(
    $client->dns->zones->get($service, $id)['records'],
    static fn (array $record): bool => 'TXT' === $record['type'] && $name === $record['name'],
);
$client->dns->records->create($service, $id, name: $name, type: 'TXT', content: 'token-1');
foreach ($texts() as $record) {
    echo "read back {$record['type']} {$record['content']}\n";
    $client->dns->records->delete($service, $id, $record['id']);
}
echo 'removed, ', count($texts()), " left\n";

foreach ($client->invoices->list() as $invoice) {
    if ('Unpaid' === $invoice['status']) {
        echo "invoice {$invoice['id']} is unpaid: {$invoice['total']} {$invoice['currency']}\n";
    }
}

$server = $client->servers->list()[0]['server_id'];
$task = $client->servers->reboot($server)['task_id'];
$waited = $client->servers->tasks->wait(serverId: $server, taskId: (string) $task);
echo "server $server rebooted: ", var_export($waited['done'], true), "\n";
