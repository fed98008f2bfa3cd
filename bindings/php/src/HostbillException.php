<?php

declare(strict_types=1);

namespace Hostbill;

use Hostbill\Exception\Classes;

/**
 * A call that failed. Each class of error has a class of its own in Hostbill\Exception; this one catches them all.
 *
 * The message is one line and never holds a secret; the code is the status of the C interface, always negative.
 */
class HostbillException extends \RuntimeException
{
    /** The error class in the words of the C interface, such as "not_found". */
    public const ERROR_CLASS = 'internal';
    public const STATUS = -18;

    public readonly string $errorClass;
    public readonly int $status;
    /** The operation's id; null where the failure came before it was known. */
    public readonly ?string $operation;
    /** The HTTP status of the portal's answer; null without an answer. */
    public readonly ?int $httpStatus;
    /** @var list<string> what the portal itself said */
    public readonly array $portalErrors;
    /** How often the request was sent. */
    public readonly int $attempts;
    /** Whether the same call may work later, and sending it again is safe. */
    public readonly bool $retryable;
    /** @var list<array{field: string, problem: string, expected?: string, nearest?: string}> every wrong parameter */
    public readonly array $fields;
    /** @var list<string> for an unsupported operation: the portals that have it */
    public readonly array $portals;
    /** @var array<string, mixed> of an unknown outcome: what finds out, `$client->reconcile(...$error->reconcile)` */
    public readonly array $reconcile;
    /** Seconds after which the portal wants to be asked again; decimals as text; null where it did not say. */
    public readonly int|string|null $retryAfter;
    /** @var list<array<string, mixed>> of a call that was sent more than once: every attempt */
    public readonly array $history;
    /** The tag given with the call. */
    public readonly ?string $tag;

    /** @param array<string, mixed> $document the error object of the C interface */
    final public function __construct(string $message, array $document = [], ?\Throwable $previous = null)
    {
        $this->errorClass = $document['class'] ?? static::ERROR_CLASS;
        $this->status = $document['status'] ?? static::STATUS;
        $this->operation = $document['operation'] ?? null;
        $this->httpStatus = ($document['http_status'] ?? 0) ?: null;
        $this->portalErrors = $document['portal_errors'] ?? [];
        $this->attempts = $document['attempts'] ?? 0;
        $this->retryable = $document['retryable'] ?? false;
        $this->fields = $document['fields'] ?? [];
        $this->portals = $document['portals'] ?? [];
        $this->reconcile = $document['reconcile'] ?? [];
        $this->retryAfter = $document['retry_after_s'] ?? null;
        $this->history = $document['history'] ?? [];
        $this->tag = $document['tag'] ?? null;
        parent::__construct($message, $this->status, $previous);
        $this->hideUnknownArguments();
    }

    /**
     * A misspelt name must not show a password. Of named arguments that a function does not know, PHP puts the values
     * into the trace, whatever their attribute says.
     */
    private function hideUnknownArguments(): void
    {
        $trace = $this->getTrace();
        $found = false;
        foreach ($trace as $number => $frame) {
            $ours = str_starts_with($frame['class'] ?? '', __NAMESPACE__ . '\\');
            foreach ($ours ? $frame['args'] ?? [] : [] as $name => $value) {
                if (\is_string($name)) {
                    $trace[$number]['args'][$name] = new \SensitiveParameterValue($value);
                    $found = true;
                }
            }
        }
        if ($found) {
            (new \ReflectionProperty(\Exception::class, 'trace'))->setValue($this, $trace);
        }
    }

    /**
     * @param array<string, mixed> $document
     *
     * @internal
     */
    public static function fromDocument(array $document): self
    {
        $class = Classes::BY_NAME[$document['class'] ?? ''] ?? self::class;

        return new $class($document['message'] ?? 'the library failed', $document);
    }

    /** @internal */
    public static function because(string $message): static
    {
        return new static($message);
    }
}
