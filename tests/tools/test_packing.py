"""Texts that are packed into the library."""

import random
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import packing


def unpacked(packed: bytes) -> bytes:
    """As core/catalog/result_texts.cpp does it."""
    out = bytearray()
    given = iter(packed)

    def length(found: int) -> int:
        if found == 15:
            while (more := next(given)) == 255:
                found += more
            found += more
        return found

    for lengths in given:
        out += bytes(next(given) for _ in range(length(lengths >> 4)))
        low = next(given, None)
        if low is None:
            break
        distance = low | next(given) << 8
        assert 0 < distance <= len(out)
        for _ in range(length(lengths & 15) + packing.SHORTEST):
            out.append(out[-distance])
    return bytes(out)


EDGES = [count + more for count in (0, 4, 15, 19, 270, 274, 525) for more in (-1, 0, 1) if count + more >= 0]


@pytest.mark.parametrize("count", EDGES)
def test_lengths_that_need_more_bytes(count):
    differing = random.Random(count).randbytes(count)
    for text in (b"a" * count, differing, b"abc" + differing + b"-" + differing + b"a" * count):
        assert unpacked(packing.packed(text)) == text


def test_what_is_far_behind_is_not_copied():
    filling = random.Random(1).randbytes(packing.FARTHEST)
    text = b"repeated" + filling + b"repeated" + filling[:100]
    assert unpacked(packing.packed(text)) == text


def test_repetitions_take_few_bytes():
    text = b'{"id":{"type":"integer"}}' * 1000
    assert len(packing.packed(text)) < 200


def test_a_text_is_kept_once():
    texts = packing.Texts()
    first = texts.add("caf\u00e9")
    assert first == (0, 5)
    assert texts.add("more") == (5, 4)
    assert texts.add("caf\u00e9") == first
    assert bytes(texts.bytes) == "caf\u00e9more".encode()
