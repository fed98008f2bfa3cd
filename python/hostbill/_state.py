"""What the states of hostbill.models are made of."""

from __future__ import annotations

from enum import Enum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class State(str, Enum):
    """One of the texts that are known, or any other: portals have words of their own.

    Equal to its text. Letter case, in which portals differ, does not matter in ``State(text)``.
    """

    @classmethod
    def _missing_(cls, value: object) -> State | None:
        if not isinstance(value, str):
            return None
        for member in cls:
            if member.value.lower() == value.lower():
                return member
        found = str.__new__(cls, value)
        found._name_ = value
        found._value_ = value
        return found

    def __str__(self) -> str:
        return str(self._value_)

    def __format__(self, form: str) -> str:
        return format(str(self), form)

    @property
    def known(self) -> bool:
        """Whether it is one of the class's members."""
        return self._name_ in type(self).__members__

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._value_!r})"

    def __reduce_ex__(self, protocol: Any) -> tuple[type[State], tuple[str]]:
        return type(self), (self._value_,)
