<?php

declare(strict_types=1);

namespace Hostbill;

/** What came of one call of Client::batch(). */
final class Outcome
{
    /**
     * @param int                    $index the call's number, from 0
     * @param array<array-key, mixed> $call  the call, as it was given
     * @param mixed                  $data  the answer's data; null if it failed
     * @param HostbillException|null $error why it failed; null if it did not
     *
     * @internal
     */
    public function __construct(
        public readonly int $index,
        #[\SensitiveParameter] public readonly array $call,
        public readonly mixed $data,
        public readonly ?HostbillException $error,
    ) {
    }
}
