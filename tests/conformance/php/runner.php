<?php

// Runs conformance cases in PHP; ../README.md has the protocol.

declare(strict_types=1);

use Hostbill\Client;
use Hostbill\Library;
use Hostbill\HostbillException;
use Hostbill\Internal\Json;
use Hostbill\Sandbox;

require __DIR__ . '/../../../bindings/php/autoload.php';

function camel(string $name): string
{
    return lcfirst(str_replace('_', '', ucwords($name, '_')));
}

/** Members by name as PHP's named arguments. */
function named(array $members): array
{
    return array_combine(array_map(camel(...), array_keys($members)), $members);
}

function said(HostbillException $error): array
{
    return ['ok' => false, 'error' => [
        'type' => (new ReflectionClass($error))->getShortName(),
        'class' => $error->errorClass,
        'status' => $error->status,
        'message' => $error->getMessage(),
        'operation' => $error->operation,
        'http_status' => $error->httpStatus,
        'portal_errors' => $error->portalErrors,
        'attempts' => $error->attempts,
        'retryable' => $error->retryable,
        'fields' => $error->fields,
        'portals' => $error->portals,
        'reconcile' => $error->reconcile,
        'retry_after_s' => $error->retryAfter,
        'history' => $error->history,
        'tag' => $error->tag,
    ]];
}

final class OneCase
{
    private ?Sandbox $sandbox = null;
    private Client $client;

    public function __construct(private readonly array $case)
    {
        if (null !== $case['sandbox']) {
            $this->sandbox = new Sandbox(...named($case['sandbox']));
        }
        $this->client = $this->another();
    }

    private function another(): Client
    {
        $settings = named($this->case['client'] ?? []);

        return null === $this->sandbox ? new Client(...$settings) : $this->sandbox->client(...$settings);
    }

    public function results(): array
    {
        $out = [];
        foreach ($this->case['steps'] as $step) {
            try {
                $out[] = ['ok' => true] + $this->{'do_' . $step['do']}($step);
            } catch (HostbillException $error) {
                $out[] = said($error);
            }
        }

        return $out;
    }

    private function run(object $client, array $step, array $more = []): mixed
    {
        $params = $step['params'] ?? [];
        $options = $more + ($step['options'] ?? []);
        if ('method' !== ($step['via'] ?? 'call')) {
            return $client->call($step['operation'], $params, $options);
        }
        $names = explode('.', $step['operation']);
        $method = camel(array_pop($names));
        foreach ($names as $name) {
            $client = $client->{camel($name)};
        }

        return $client->$method(...named($params), options: $options);
    }

    private function do_call(array $step): array
    {
        return ['data' => $this->run($this->client, $step)];
    }

    private function do_full(array $step): array
    {
        return get_object_vars($this->run($this->client->answers, $step));
    }

    private function do_dry(array $step): array
    {
        return ['data' => $this->run($this->client, $step, ['dry_run' => true])];
    }

    private function do_close(array $step): array
    {
        $this->client->close();

        return ['data' => null];
    }

    private function do_closed(array $step): array
    {
        return ['data' => $this->client->isClosed()];
    }

    private function do_control(array $step): array
    {
        return ['data' => $this->sandbox->control($step['command'], $step['arguments'] ?? [])];
    }

    private function do_stop(array $step): array
    {
        $this->sandbox->close();

        return ['data' => null];
    }

    /** PHP has no threads: every client submits all of its calls, and they run side by side. */
    private function do_parallel(array $step): array
    {
        $call = $step['step'];
        $clients = [];
        $pending = [];
        for ($i = 0; $i < $step['clients']; ++$i) {
            $clients[] = $client = $this->another();
            for ($n = 0; $n < $step['each']; ++$n) {
                $pending[] = $client->submit($call['operation'], $call['params'] ?? [], $call['options'] ?? []);
            }
        }
        $answers = array_map(static fn ($one) => $one->wait(), $pending);
        $different = array_filter($answers, static fn ($answer) => $answer !== $answers[0]);

        return ['data' => ['succeeded' => count($answers), 'failed' => 0, 'different' => count($different)]];
    }

    private function do_cancel(array $step): array
    {
        $call = $step['step'];
        $pending = $this->client->submit($call['operation'], $call['params'] ?? [], $call['options'] ?? []);
        usleep($step['after_ms'] * 1000);
        $pending->cancel();

        return ['data' => $pending->wait()];
    }

    private function do_catalog(array $step): array
    {
        $found = Library::catalog($step['portal']);

        return ['data' => ['operations' => count($found['operations']), 'compositions' => count($found['compositions'])]];
    }

    private function do_version(array $step): array
    {
        return ['data' => Library::version()];
    }

    private function do_value(array $step): array
    {
        $written = Json::write(['value' => $step['json']]);

        return ['data' => json_decode($written, true)['value']];
    }
}

// Decimals are texts in PHP; here json_decode would make floats of them.
$text = file_get_contents($argv[1]);
foreach (json_decode($text, true, 512, JSON_THROW_ON_ERROR)['cases'] as $row) {
    try {
        $case = new OneCase($row);
        $results = $case->results();
    } catch (HostbillException $error) {
        $results = [said($error)];
        unset($error);
    }
    unset($case);
    echo json_encode(['case' => $row['name'], 'results' => $results], JSON_THROW_ON_ERROR), "\n";
    unset($results);
}
echo json_encode(['live_objects' => Library::liveObjects()]), "\n";
