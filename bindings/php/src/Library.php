<?php

declare(strict_types=1);

namespace Hostbill;

use Hostbill\Exception\UsageException;
use Hostbill\Internal\Extension;

/** The library itself. */
final class Library
{
    private function __construct()
    {
    }

    /** The library's version. */
    public static function version(): string
    {
        Extension::check();

        return hostbill_native_version();
    }

    /**
     * Every operation of a portal, with its parameters; without a portal, of all portals.
     *
     * @return array<string, mixed>
     *
     * @throws UsageException there is no such portal
     */
    public static function catalog(?string $portal = null): array
    {
        Extension::check();
        if (null !== $portal && (str_contains($portal, "\0") || 1 !== preg_match('//u', $portal))) {
            throw UsageException::because('the name of a portal has to be UTF-8 text without a NUL');
        }
        $document = hostbill_native_catalog($portal);

        return isset($document['error']) ? throw HostbillException::fromDocument($document['error']) : $document;
    }

    /** How many clients and texts of the library are not freed yet; for tests. */
    public static function liveObjects(): int
    {
        Extension::check();

        return hostbill_native_live_objects();
    }
}
