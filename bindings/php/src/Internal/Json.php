<?php

declare(strict_types=1);

namespace Hostbill\Internal;

use Hostbill\Exception\UsageException;

/**
 * PHP's values to JSON documents. The way back is in the extension.
 *
 * @internal
 */
final class Json
{
    /** The library takes no documents nested deeper. */
    private const DEPTH = 64;
    private const AS_IT_IS = \JSON_UNESCAPED_SLASHES | \JSON_UNESCAPED_UNICODE;

    /**
     * The text of an object. What has none - other objects, resources, infinite numbers, text that is not UTF-8 - is
     * an error that names the place.
     *
     * @param array<array-key, mixed> $members without those that are null
     * @param array<string, mixed> $objects which members are objects, as in Generated\Objects: their [] is {}
     */
    public static function write(#[\SensitiveParameter] array $members, array $objects = []): string
    {
        return self::simple($members) ?? self::object($members, '', $objects, 1);
    }

    /**
     * The text of named texts, whole numbers and flags, which most calls have; null where there may be something to refuse.
     *
     * @param array<array-key, mixed> $members
     */
    private static function simple(#[\SensitiveParameter] array $members): ?string
    {
        foreach ($members as $value) {
            if (!\is_string($value) && !\is_int($value) && !\is_bool($value)) {
                return null;
            }
        }
        $text = array_is_list($members) ? false : json_encode($members, self::AS_IT_IS);

        return false === $text ? null : $text;
    }

    private static function plain(#[\SensitiveParameter] mixed $value, string $place, mixed $kind, int $depth): string
    {
        if (\is_string($value)) {
            return self::text($value, $place);
        }
        if (null === $value || \is_bool($value) || \is_int($value)) {
            return json_encode($value, \JSON_THROW_ON_ERROR);
        }
        if (\is_float($value)) {
            return self::number($value, $place);
        }
        if ($depth >= self::DEPTH) {
            throw self::problem($place, 'it is nested too deeply', 'at most ' . self::DEPTH . ' levels');
        }
        if ($value instanceof \JsonSerializable) {
            return self::plain($value->jsonSerialize(), $place, $kind, $depth + 1);
        }
        if ($value instanceof \BackedEnum) {
            return self::plain($value->value, $place, $kind, $depth);
        }
        if ($value instanceof \stdClass || $value instanceof \Traversable) {
            $members = $value instanceof \stdClass ? get_object_vars($value) : iterator_to_array($value);
            $is_list = $value instanceof \Traversable && !\is_array($kind) && array_is_list($members) && [] !== $members;

            return $is_list ? self::list($members, $place, null, $depth) : self::object($members, $place, $kind, $depth);
        }
        if ($value instanceof \Stringable) {
            return self::text((string) $value, $place);
        }
        if (!\is_array($value)) {
            $type = get_debug_type($value);
            throw self::problem($place, "a value of type $type cannot be sent", 'a text, number, bool or array');
        }
        $wants_object = true === $kind || (\is_array($kind) && !array_is_list($kind));

        return array_is_list($value) && !$wants_object
            ? self::list($value, $place, \is_array($kind) ? $kind[0] : null, $depth)
            : self::object($value, $place, $kind, $depth);
    }

    /** @param list<mixed> $items */
    private static function list(#[\SensitiveParameter] array $items, string $place, mixed $kind, int $depth): string
    {
        $out = [];
        foreach ($items as $i => $item) {
            $out[] = self::plain($item, "{$place}[$i]", $kind, $depth + 1);
        }

        return '[' . implode(',', $out) . ']';
    }

    /** @param array<array-key, mixed> $members */
    private static function object(#[\SensitiveParameter] array $members, string $place, mixed $kinds, int $depth): string
    {
        $out = [];
        foreach ($members as $name => $value) {
            $written = self::text((string) $name, '' === $place ? 'the name of a member' : "the name of a member of $place");
            $inner = '' === $place ? (string) $name : "$place.$name";
            $kind = \is_array($kinds) ? $kinds[$name] ?? null : null;
            $out[] = $written . ':' . self::plain($value, $inner, $kind, $depth + 1);
        }

        return '{' . implode(',', $out) . '}';
    }

    private static function text(#[\SensitiveParameter] string $text, string $place): string
    {
        $written = json_encode($text, self::AS_IT_IS);

        return false === $written ? throw self::problem($place, 'it is not valid UTF-8', 'UTF-8 text') : $written;
    }

    /** The shortest digits that are this number; json_encode() gives as many as php.ini says, were it an amount of money. */
    private static function number(float $number, string $place): string
    {
        if (!is_finite($number)) {
            throw self::problem($place, 'it is not a finite number', 'a number');
        }
        if (floor($number) === $number && abs($number) < 2 ** 53) {
            return (string) (int) $number;
        }
        $digits = 15;
        do {
            $written = \sprintf("%.{$digits}h", $number);
        } while ((float) $written !== $number && ++$digits <= 17);

        return $written;
    }

    private static function problem(string $place, string $problem, string $expected): UsageException
    {
        return new UsageException("$place: $problem", [
            'fields' => [['field' => $place, 'problem' => $problem, 'expected' => $expected]],
        ]);
    }
}
