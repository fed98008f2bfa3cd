"""Texts packed into few bytes; core/catalog/result_texts.cpp reads them. The same bytes with every version of Python, unlike zlib's."""

from __future__ import annotations

SHORTEST, FARTHEST, CANDIDATES = 4, 65535, 64


class Texts:
    """Texts behind each other, each once."""

    def __init__(self) -> None:
        self.bytes = bytearray()
        self.known: dict[str, tuple[int, int]] = {}

    def add(self, text: str) -> tuple[int, int]:
        """Where it lies, and how long it is."""
        if text not in self.known:
            content = text.encode("utf-8")
            self.known[text] = (len(self.bytes), len(content))
            self.bytes += content
        return self.known[text]


def packed(data: bytes) -> bytes:
    """Pieces of: a byte with two lengths of four bits, literal bytes, and where to copy bytes from (two bytes, counted
    backwards; the copy is as long as the second length and SHORTEST). A length of 15 goes on in bytes of its own, of which
    255 is not the last; the last piece has no copy."""
    out = bytearray()
    seen: dict[bytes, list[int]] = {}  # where four bytes have been
    at = start = 0
    while at + SHORTEST <= len(data):
        length, distance = _longest(data, at, seen.get(data[at : at + SHORTEST], []))
        if not length:
            seen.setdefault(data[at : at + SHORTEST], []).append(at)
            at += 1
            continue
        _put(out, data[start:at], length - SHORTEST, distance)
        for passed in range(at, at + length):
            seen.setdefault(data[passed : passed + SHORTEST], []).append(passed)
        start = at = at + length
    _put(out, data[start:], 0, 0)
    return bytes(out)


def _longest(data: bytes, at: int, places: list[int]) -> tuple[int, int]:
    best = (0, 0)
    for place in reversed(places[-CANDIDATES:]):
        if at - place > FARTHEST:
            break
        length = SHORTEST
        while at + length < len(data) and data[place + length] == data[at + length]:
            length += 1
        best = max(best, (length, place - at))
    return best[0], -best[1]


def _put(out: bytearray, literals: bytes, copied: int, distance: int) -> None:
    out.append(min(len(literals), 15) << 4 | min(copied, 15))
    _rest(out, len(literals))
    out += literals
    if distance:
        out += distance.to_bytes(2, "little")
        _rest(out, copied)


def _rest(out: bytearray, length: int) -> None:
    if length >= 15:
        full, last = divmod(length - 15, 255)
        out += b"\xff" * full + bytes([last])
