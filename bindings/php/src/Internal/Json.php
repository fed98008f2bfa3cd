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
        return self::simple($members)
            ?? json_encode(self::object($members, '', $objects, 1), \JSON_THROW_ON_ERROR | self::AS_IT_IS);
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

        return false === $text || str_contains($text, '"\u0000') ? null : $text;
    }

    private static function plain(#[\SensitiveParameter] mixed $value, string $place, mixed $kind, int $depth): mixed
    {
        if (\is_string($value)) {
            return self::text($value, $place);
        }
        if (null === $value || \is_bool($value) || \is_int($value)) {
            return $value;
        }
        if (\is_float($value)) {
            return is_finite($value) ? $value : throw self::problem($place, 'it is not a finite number', 'a number');
        }
        if ($depth >= self::DEPTH) {
            throw self::problem($place, 'it is nested too deeply', 'at most ' . self::DEPTH . ' levels');
        }
        if ($value instanceof \JsonSerializable) {
            return self::plain($value->jsonSerialize(), $place, $kind, $depth + 1);
        }
        if ($value instanceof \BackedEnum) {
            return $value->value;
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

    /**
     * @param list<mixed> $items
     *
     * @return list<mixed>
     */
    private static function list(#[\SensitiveParameter] array $items, string $place, mixed $kind, int $depth): array
    {
        $out = [];
        foreach ($items as $i => $item) {
            $out[] = self::plain($item, "{$place}[$i]", $kind, $depth + 1);
        }

        return $out;
    }

    /** @param array<array-key, mixed> $members */
    private static function object(#[\SensitiveParameter] array $members, string $place, mixed $kinds, int $depth): \stdClass
    {
        $out = new \stdClass();
        foreach ($members as $name => $value) {
            $name = self::text((string) $name, '' === $place ? 'the name of a member' : "the name of a member of $place");
            $inner = '' === $place ? $name : "$place.$name";
            if (str_starts_with($name, "\0")) {
                throw self::problem($inner, 'a name cannot begin with NUL', 'text');
            }
            $out->{$name} = self::plain($value, $inner, \is_array($kinds) ? $kinds[$name] ?? null : null, $depth + 1);
        }

        return $out;
    }

    private static function text(#[\SensitiveParameter] string $text, string $place): string
    {
        return 1 === preg_match('//u', $text) ? $text : throw self::problem($place, 'it is not valid UTF-8', 'UTF-8 text');
    }

    private static function problem(string $place, string $problem, string $expected): UsageException
    {
        return new UsageException("$place: $problem", [
            'fields' => [['field' => $place, 'problem' => $problem, 'expected' => $expected]],
        ]);
    }
}
