<?php

declare(strict_types=1);

namespace Hostbill\Internal;

use Hostbill\Exception\UsageException;
use Hostbill\HostbillException;
use Hostbill\Outcome;

/**
 * Many calls, of which some are under way at any time.
 *
 * @internal
 */
final class Batch
{
    /** @var array<int, array{int, array<array-key, mixed>}> index and call, by the number of the submission */
    private array $underWay = [];
    /** @var array<int, Outcome> those that nobody has taken, by index */
    private array $ready = [];
    private int $begun = 0;

    /** @param array<string, mixed> $options for every call */
    public function __construct(private readonly Connection $connection, private readonly array $options)
    {
    }

    /**
     * @param iterable<array<array-key, mixed>> $calls
     *
     * @return \Generator<int, Outcome>
     */
    public function run(iterable $calls, int $window, bool $ordered): \Generator
    {
        $source = (static fn () => yield from $calls)();
        $process = getmypid();
        try {
            for ($given = 0; ; ++$given) {
                if (getmypid() !== $process) {
                    throw UsageException::because("this batch is another process's, which goes on with it: begin a new one after a fork");
                }
                while ($this->begun - $given < $window && $this->next($source)) {
                    $this->start($source->current());
                }
                if ($given === $this->begun) {
                    return;
                }
                while (null === $index = $ordered ? (isset($this->ready[$given]) ? $given : null) : array_key_first($this->ready)) {
                    $this->receive();
                }
                $outcome = $this->ready[$index];
                unset($this->ready[$index]);
                yield $outcome;
            }
        } finally {
            // Nobody wants the rest. A child process's client has none of what its parent's has under way.
            if (getmypid() !== $process) {
                $this->underWay = [];
            }
            foreach (array_keys($this->underWay) as $id) {
                $this->connection->cancel($id);
            }
            while ([] !== $this->underWay) {
                $this->receive();
            }
        }
    }

    /** Whether there is another; it is not asked for before it is wanted. */
    private function next(\Generator $source): bool
    {
        if ($this->begun > 0) {
            $source->next();
        }

        return $source->valid();
    }

    /** @param array<array-key, mixed> $call */
    private function start(#[\SensitiveParameter] array $call): void
    {
        $index = $this->begun++;
        try {
            [$operation, $params, $options] = array_values($call) + [1 => [], 2 => []];
            $this->underWay[$this->connection->submit($operation, $params ?? [], ($options ?? []) + $this->options)] = [$index, $call];
        } catch (HostbillException $error) {
            $this->ready[$index] = new Outcome($index, $call, null, $error);
        }
    }

    private function receive(): void
    {
        $id = $this->connection->firstReady($this->underWay);
        [$index, $call] = $this->underWay[$id];
        unset($this->underWay[$id]);
        try {
            $this->ready[$index] = new Outcome($index, $call, $this->connection->take($id)['data'], null);
        } catch (HostbillException $error) {
            $this->ready[$index] = new Outcome($index, $call, null, $error);
        }
    }
}
