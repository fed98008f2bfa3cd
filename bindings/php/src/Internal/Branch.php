<?php

declare(strict_types=1);

namespace Hostbill\Internal;

/**
 * A group below a client, such as `$client->domains`.
 *
 * @template TResult
 *
 * @extends Group<TResult>
 *
 * @internal
 */
abstract class Branch extends Group
{
    /** @param Group<TResult> $root */
    final public function __construct(private readonly Group $root)
    {
    }

    protected function _send(string $operation, #[\SensitiveParameter] array $params, array $options): mixed
    {
        return $this->root->_send($operation, $params, $options);
    }

    protected function _root(): Group
    {
        return $this->root;
    }
}
