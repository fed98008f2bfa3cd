<?php

declare(strict_types=1);

namespace Hostbill;

use Hostbill\Generated\Operations;
use Hostbill\Internal\Connection;
use Hostbill\Internal\Group;

/**
 * The operations of a client, each returning the whole Answer instead of its data.
 *
 * @extends Operations<Answer>
 */
final class Answers extends Operations
{
    /**
     * @param array<string, mixed> $options
     *
     * @internal a client makes it
     */
    public function __construct(private readonly Connection $connection, private readonly array $options)
    {
    }

    /**
     * Runs an operation by its id, or its method and path.
     *
     * @param array<array-key, mixed> $params by the catalogue's names
     * @param array<string, mixed> $options for this call alone
     *
     * @throws HostbillException
     */
    public function call(string $operation, #[\SensitiveParameter] array $params = [], array $options = []): Answer
    {
        return $this->_send($operation, $params, $options);
    }

    protected function _send(string $operation, #[\SensitiveParameter] array $params, array $options): Answer
    {
        return Answer::fromDocument($this->connection->call($operation, $params, $options + $this->options));
    }

    protected function _root(): Group
    {
        return $this;
    }
}
