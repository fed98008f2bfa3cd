<?php

declare(strict_types=1);

namespace Hostbill;

use Hostbill\Generated\ClientSettings;
use Hostbill\Generated\Operations;
use Hostbill\Internal\Batch;
use Hostbill\Internal\Connection;
use Hostbill\Internal\Group;

/**
 * A client of one portal, with a method for each operation.
 *
 *     $client = new Hostbill\Client(portal: 'time4vps', username: 'user@example.com', password: $password);
 *     foreach ($client->domains->list() as $domain) {
 *         echo $domain['name'], "\n";
 *     }
 *
 * A method returns the data of the answer: lists and objects as arrays, decimals as strings, so that no digit is lost.
 * `$client->answers` has the same methods, returning the whole Answer. Failures throw a HostbillException.
 *
 * Nothing is sent before the first call. A client ends with its last reference, or with close().
 *
 * @extends Operations<mixed>
 */
final class Client extends Operations
{
    use ClientSettings;

    private Connection $connection;
    /** @var array<string, mixed> */
    private array $options = [];
    private string $label;

    /** @param array<string, mixed> $config */
    private function start(#[\SensitiveParameter] array $config): void
    {
        $this->connection = new Connection($config);
        $this->label = $config['portal'] . (isset($config['base_url']) ? " at {$config['base_url']}" : '');
    }

    /**
     * Runs an operation by its id, or its method and path, and returns the data.
     *
     *     $client->call('POST /server/{server_id}/reboot', ['server_id' => 1]);
     *
     * @param array<array-key, mixed> $params by the catalogue's names
     * @param array<string, mixed> $options for this call alone
     *
     * @throws HostbillException
     */
    public function call(string $operation, #[\SensitiveParameter] array $params = [], array $options = []): mixed
    {
        return $this->_send($operation, $params, $options);
    }

    /**
     * Begins an operation and returns at once; it goes on while the program does something else.
     *
     *     $list = $client->submit('services.list');
     *     ...
     *     foreach ($list->wait() as $service) { ... }
     *
     * @param array<array-key, mixed> $params by the catalogue's names
     * @param array<string, mixed> $options for this call alone
     *
     * @throws HostbillException
     */
    public function submit(string $operation, #[\SensitiveParameter] array $params = [], array $options = []): Pending
    {
        return new Pending($this->connection, $this->connection->submit($operation, $params, $options + $this->options));
    }

    /**
     * Runs many calls, of which up to $window are under way at any time, and gives the outcome of each. More calls are taken
     * as outcomes are taken. A call that fails has its error in its outcome, and the others go on. Whoever leaves the loop
     * early stops what is under way.
     *
     *     foreach ($client->batch(array_map(fn ($id) => ['domains.get', ['domain_id' => $id]], $ids)) as $outcome) {
     *         echo $outcome->error?->getMessage() ?? $outcome->data['name'], "\n";
     *     }
     *
     * @param iterable<array{0: string, 1?: array<array-key, mixed>, 2?: array<string, mixed>}> $calls each an operation,
     *                                                                                                 perhaps parameters, perhaps options
     * @param bool $ordered whether outcomes come in the order of the calls, or as they end
     *
     * @return \Generator<int, Outcome>
     *
     * @throws HostbillException
     */
    public function batch(#[\SensitiveParameter] iterable $calls, int $window = 64, bool $ordered = true): \Generator
    {
        if ($window < 1) {
            throw Exception\UsageException::because('the window has to be a whole number from 1 on');
        }

        return (new Batch($this->connection, $this->options))->run($calls, $window, $ordered);
    }

    /**
     * One operation with each of many values of one parameter: batch() of those calls, with the same outcomes. Values are
     * taken as outcomes are taken.
     *
     *     foreach ($client->map('domains.get', 'domain_id', $ids, ordered: false) as $outcome) {
     *         echo $outcome->error?->getMessage() ?? $outcome->data['name'], "\n";
     *     }
     *
     * @param string $name of the parameter, in the catalogue's writing
     * @param iterable<mixed> $values of the parameter
     * @param array<array-key, mixed> $params that are the same for all; not the parameter itself
     * @param array<string, mixed> $options for each of the calls
     * @param int $window how many calls are under way at most
     * @param bool $ordered whether outcomes come in the order of the values, or as calls end
     *
     * @return \Generator<int, Outcome>
     *
     * @throws HostbillException
     */
    public function map(
        string $operation,
        string $name,
        #[\SensitiveParameter] iterable $values,
        #[\SensitiveParameter] array $params = [],
        array $options = [],
        int $window = 64,
        bool $ordered = true,
    ): \Generator {
        if (\array_key_exists($name, $params)) {
            throw Exception\UsageException::because("$name is given twice: in params and by the values");
        }
        $calls = static function () use ($operation, $name, $values, $params, $options): \Generator {
            foreach ($values as $value) {
                yield [$operation, [$name => $value] + $params, $options];
            }
        };

        return $this->batch($calls(), $window, $ordered);
    }

    /** Stops what is under way and refuses what comes later. May be repeated. */
    public function close(): void
    {
        $this->connection->close();
    }

    public function isClosed(): bool
    {
        return $this->connection->isClosed();
    }

    /** @return array<string, mixed> no secrets */
    public function __debugInfo(): array
    {
        return ['portal' => $this->label, 'closed' => $this->isClosed(), 'options' => $this->options];
    }

    public function __serialize(): array
    {
        throw Exception\UsageException::because('a client cannot be serialized');
    }

    public function __get(string $name): Group
    {
        return 'answers' === $name ? new Answers($this->connection, $this->options) : parent::__get($name);
    }

    public function __isset(string $name): bool
    {
        return 'answers' === $name || parent::__isset($name);
    }

    protected function _send(string $operation, #[\SensitiveParameter] array $params, array $options): mixed
    {
        return $this->connection->data($operation, $params, [] === $this->options ? $options : $options + $this->options);
    }

    protected function _root(): Group
    {
        return $this;
    }
}
