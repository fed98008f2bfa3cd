<?php

declare(strict_types=1);

namespace Hostbill;

/** All that an operation answers. */
final class Answer
{
    /**
     * @param mixed $data what was asked for
     * @param list<string> $info the portal's remarks
     * @param array<string, mixed> $meta operation, http_status, attempts, elapsed_ms, and the tag if one was given
     */
    public function __construct(
        public readonly mixed $data,
        public readonly array $info = [],
        public readonly array $meta = [],
    ) {
    }

    /**
     * @param array<string, mixed> $document
     *
     * @internal
     */
    public static function fromDocument(array $document): self
    {
        return new self($document['data'], $document['info'] ?? [], $document['meta'] ?? []);
    }
}
