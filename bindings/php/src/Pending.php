<?php

declare(strict_types=1);

namespace Hostbill;

use Hostbill\Exception\TimeoutException;
use Hostbill\Exception\UsageException;
use Hostbill\Internal\Connection;

/** An operation under way; Client::submit() makes it. */
final class Pending
{
    private readonly int $process;

    /** @internal */
    public function __construct(private readonly Connection $connection, private readonly int $id)
    {
        $this->process = getmypid();
    }

    /** Whether wait() would return at once. */
    public function isReady(): bool
    {
        return $this->ready(0);
    }

    /**
     * Waits for the end and returns the data. May be called once.
     *
     * @param float|null $seconds how long to wait for it; null: until the call's own deadline
     *
     * @throws TimeoutException it is still under way; wait again, or cancel it
     * @throws HostbillException it failed
     */
    public function wait(?float $seconds = null): mixed
    {
        return $this->waitForAnswer($seconds)->data;
    }

    /** The same, returning the whole Answer. */
    public function waitForAnswer(?float $seconds = null): Answer
    {
        if (!$this->ready(null === $seconds ? -1 : (int) ceil($seconds * 1000))) {
            throw new TimeoutException('the operation is still under way', ['retryable' => true]);
        }

        return Answer::fromDocument($this->connection->take($this->id));
    }

    /**
     * Stops it. wait() then throws CancelledException, or OutcomeUnknownException where the request had left and may
     * still take effect.
     */
    public function cancel(): void
    {
        $this->connection->cancel($this->id);
    }

    private function ready(int $timeoutMs): bool
    {
        if (getmypid() !== $this->process) {
            throw UsageException::because('the answer is for another process, which submitted this before a fork');
        }

        return $this->connection->ready($this->id, $timeoutMs);
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return ['id' => $this->id];
    }
}
