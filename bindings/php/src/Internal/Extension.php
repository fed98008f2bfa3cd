<?php

declare(strict_types=1);

namespace Hostbill\Internal;

use Hostbill\Exception\UsageException;

/**
 * The native part.
 *
 * @internal
 */
final class Extension
{
    /** Says what is wrong if the extension is missing, or its library is of another version. */
    public static function check(): void
    {
        if (!\extension_loaded('hostbill_native')) {
            throw UsageException::because(
                'the extension hostbill_native is not loaded: add "extension=hostbill_native" to php.ini; '
                . 'loaded from: ' . (php_ini_loaded_file() ?: 'no php.ini'),
            );
        }
        $problem = hostbill_native_misfit();
        if (null !== $problem) {
            throw UsageException::because($problem);
        }
    }
}
