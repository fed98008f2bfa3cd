<?php

declare(strict_types=1);

namespace Hostbill\Internal;

use Hostbill\Exception\UsageException;
use Hostbill\Generated\Objects;
use Hostbill\HostbillException;

/**
 * A native client, shared by the clients that withOptions() makes of one, and the answers to what was submitted.
 *
 * @internal
 */
final class Connection
{
    /** What the ids of operations are made of. */
    private const USUAL = 'abcdefghijklmnopqrstuvwxyz_.0123456789';

    private readonly \HostbillNativeClient $native;
    private bool $closed = false;
    /** An operation whose name has been looked at. */
    private string $latest = '';
    /** @var array<int, array<string, mixed>|null> what was submitted, by number, until its answer has been taken */
    private array $submitted = [];

    /** @param array<string, mixed> $config */
    public function __construct(#[\SensitiveParameter] array $config)
    {
        Extension::check();
        $this->native = new \HostbillNativeClient(Json::write($config, Objects::CLIENT));
        $error = $this->native->error();
        if (null !== $error) {
            throw HostbillException::fromDocument($error);
        }
    }

    /**
     * The answer: data, info and meta.
     *
     * @param array<array-key, mixed> $params
     * @param array<string, mixed> $options
     *
     * @return array<string, mixed>
     */
    public function call(string $operation, #[\SensitiveParameter] array $params, array $options): array
    {
        return self::answer($this->native->call(...self::texts($operation, $params, $options)));
    }

    /**
     * The data alone, which costs less.
     *
     * @param array<array-key, mixed> $params
     * @param array<string, mixed> $options
     */
    public function data(string $operation, #[\SensitiveParameter] array $params, array $options): mixed
    {
        if ($operation !== $this->latest) {
            self::check($operation);
            $this->latest = $operation;
        }
        $data = $this->native->call_briefly(
            $operation,
            [] === $params ? '' : Json::write($params, Objects::PARAMETERS[$operation] ?? []),
            self::optionsText($options),
        );

        return $data instanceof \stdClass ? throw HostbillException::fromDocument($data->error) : $data;
    }

    /**
     * @param array<array-key, mixed> $params
     * @param array<string, mixed> $options
     */
    public function submit(string $operation, #[\SensitiveParameter] array $params, array $options): int
    {
        $submission = new \HostbillNativeSubmission($this->native, ...self::texts($operation, $params, $options));
        if ($this->closed) {
            throw UsageException::because('the client is closed');
        }
        $error = $submission->error();
        if (null !== $error) {
            throw HostbillException::fromDocument($error);
        }

        $this->submitted[$submission->id()] = null;

        return $submission->id();
    }

    /** Whether the answer is there within so many milliseconds; -1 waits without end. */
    public function ready(int $id, int $timeoutMs): bool
    {
        if (!\array_key_exists($id, $this->submitted)) {
            throw UsageException::because('the answer has been taken');
        }
        $deadline = hrtime(true) + $timeoutMs * 1_000_000;
        while (!isset($this->submitted[$id])) {
            $left = $timeoutMs < 0 ? -1 : max(0, intdiv($deadline - hrtime(true) + 999_999, 1_000_000));
            $envelope = $this->native->next($left);
            if (null === $envelope) {
                return false;
            }
            $this->submitted[$envelope['id']] = $envelope;
        }

        return true;
    }

    /**
     * Waits for the first answer to any of those, which are numbers as keys.
     *
     * @param non-empty-array<int, mixed> $ids
     */
    public function firstReady(array $ids): int
    {
        // One that came while something else was waited for.
        foreach ($ids as $id => $_) {
            if (isset($this->submitted[$id])) {
                return $id;
            }
        }
        while (null !== $envelope = $this->native->next(-1)) {
            $this->submitted[$envelope['id']] = $envelope;
            if (isset($ids[$envelope['id']])) {
                return $envelope['id'];
            }
        }
        throw UsageException::because('the client is closed');
    }

    /** @return array<string, mixed> the answer that is ready */
    public function take(int $id): array
    {
        $envelope = $this->submitted[$id];
        unset($this->submitted[$id]);

        return self::answer($envelope);
    }

    public function cancel(int $id): void
    {
        $this->native->cancel($id);
    }

    public function close(): void
    {
        if ($this->closed) {
            return;
        }
        $this->closed = true;
        $this->native->close();
        // What was submitted has ended now and can still be taken.
        while (null !== $envelope = $this->native->next(-1)) {
            $this->submitted[$envelope['id']] = $envelope;
        }
        $this->native->release();
    }

    public function isClosed(): bool
    {
        return $this->closed;
    }

    /**
     * @param array<array-key, mixed> $params
     * @param array<string, mixed> $options
     *
     * @return array{string, string, string}
     */
    private static function texts(string $operation, #[\SensitiveParameter] array $params, array $options): array
    {
        self::check($operation);

        return [
            $operation,
            [] === $params ? '' : Json::write($params, Objects::PARAMETERS[$operation] ?? []),
            self::optionsText($options),
        ];
    }

    /** The most frequent ones without a look at each. @param array<string, mixed> $options */
    private static function optionsText(array $options): string
    {
        return match ($options) {
            [] => '',
            ['raw' => true] => '{"raw":true}',
            default => Json::write($options, Objects::OPTIONS),
        };
    }

    private static function check(string $operation): void
    {
        $plain = strspn($operation, self::USUAL) === \strlen($operation);
        if (!$plain && (str_contains($operation, "\0") || 1 !== preg_match('//u', $operation))) {
            throw UsageException::because('the name of an operation has to be UTF-8 text without a NUL');
        }
    }

    /**
     * @param array<string, mixed> $envelope
     *
     * @return array<string, mixed>
     */
    private static function answer(array $envelope): array
    {
        return true === $envelope['ok'] ? $envelope : throw HostbillException::fromDocument($envelope['error']);
    }
}
