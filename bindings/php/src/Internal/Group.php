<?php

declare(strict_types=1);

namespace Hostbill\Internal;

use Hostbill\Exception\UsageException;

/**
 * Operations that belong together, as a client has them under one name. What is no operation begins with _, which the
 * name of an operation cannot.
 *
 * @template TResult what its methods return
 *
 * @internal
 */
abstract class Group
{
    /** @var array<string, class-string<Group<mixed>>> */
    protected const GROUPS = [];

    /**
     * Made anew at every access: were it kept, it and its client would hold each other, and an unused client would
     * not go at once.
     */
    public function __get(string $name): self
    {
        $group = static::GROUPS[$name] ?? throw UsageException::because("there is no group of operations called $name");

        return new $group($this->_root());
    }

    public function __isset(string $name): bool
    {
        return isset(static::GROUPS[$name]);
    }

    public function __set(string $name, mixed $value): void
    {
        throw UsageException::because("$name cannot be set");
    }

    /**
     * @param array<array-key, mixed> $params
     * @param array<string, mixed> $options
     *
     * @return TResult
     */
    abstract protected function _send(string $operation, #[\SensitiveParameter] array $params, array $options): mixed;

    /**
     * A method's arguments without those left out, some of which this portal may not even know.
     *
     * @param array<array-key, mixed> $params
     *
     * @return array<array-key, mixed>
     */
    final protected static function _given(#[\SensitiveParameter] array $params): array
    {
        return array_filter($params, static fn (#[\SensitiveParameter] mixed $value): bool => null !== $value);
    }

    /** @return Group<mixed> */
    abstract protected function _root(): self;
}
