"""What the models of hostbill.models are made of.

A model is the dictionary that the library gave, with attributes that read its fields in Python's own types. Nothing is
converted before it is read, so that a long list costs little.
"""

from __future__ import annotations

from ._core import Field as Field
from .errors import UsageError

# With the first model of a program all of this is loaded: what only type checkers, or a few fields, need is not.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any, Callable, ClassVar, TypeVar

    from ._client import Client
    from ._state import State
    from ._types import Options, Watcher

    M = TypeVar("M", bound="Model")
    _Dictionary = dict[str, Any]
else:
    M = Any = object
    _Dictionary = dict


# Whole numbers beyond 2^53 come as text; Python takes thousands of digits, but not all that one might send.
_MOST_DIGITS = 100
_DATE_LENGTH = 10
# How much of a model its repr shows.
_SHOWN_FIELDS = 6
_SHOWN_LENGTH = 40


class Model(_Dictionary):
    """An answer with a name: a dictionary, and an attribute for each field that is known.

    ``model["total"]`` is as the library gives it, JSON's own types; ``model.total`` is a Decimal. A field that the
    answer lacks is None as an attribute, and one that does not fit its type stays as it was sent.
    """

    __slots__ = ("_client", "_given")
    _client: Client | None
    _given: Mapping[str, Any]  # what the call that returned it was told, of what names things

    #: Parameter of operations -> the field that it is.
    _ids: ClassVar[Mapping[str, str]] = {}
    _secrets: ClassVar[frozenset[str]] = frozenset()
    _fields: ClassVar[tuple[str, ...]] = ()

    @property
    def raw(self) -> dict[str, Any]:
        """The answer's mapping, as a dictionary and nothing more."""
        return dict(self)

    def to_dict(self) -> dict[str, Any]:
        """A deep copy that json.dumps takes; decimals are texts."""
        found: dict[str, Any] = plain(self)
        return found

    def copy(self: M) -> M:
        return self.__copy__()

    def __copy__(self: M) -> M:
        return made(type(self), self, getattr(self, "_client", None), getattr(self, "_given", {}))

    def __deepcopy__(self: M, memo: dict[int, Any]) -> M:
        import copy

        data = copy.deepcopy(dict(self), memo)
        return made(type(self), data, getattr(self, "_client", None), getattr(self, "_given", {}))

    def __reduce__(self) -> tuple[type[Model], tuple[dict[str, Any]]]:
        # The client stays behind: it has credentials and connections.
        return type(self), (dict(self),)

    def __repr__(self) -> str:
        shown = []
        for name in self._fields:
            value = self.get(name)
            if value is None or isinstance(value, (dict, list)):
                continue
            shown.append(f"{name}={'***' if name in self._secrets else _short(repr(value))}")
            if len(shown) == _SHOWN_FIELDS:
                break
        more = len(self) - len(shown)
        return f"{type(self).__name__}({', '.join(shown + ([f'+{more}'] if more else []))})"

    # -- what bound operations stand on ---------------------------------------

    def _known(self) -> dict[str, Any]:
        """Everything that names this object or what it belongs to, by the parameter it is for."""
        own = {param: value for param, name in self._ids.items() if (value := self.get(name)) is not None}
        return {**getattr(self, "_given", {}), **own}

    def _act(
        self,
        routes: tuple[tuple[str, tuple[str, ...]], ...],
        params: dict[str, Any],
        options: Options | None,
        progress: bool = False,
        on_progress: Watcher | None = None,
    ) -> Any:
        """Calls the first of these operations whose ids are all known here; each stands with the parameters that the
        object itself has to know."""
        client = getattr(self, "_client", None)
        what = f"{type(self).__name__} {routes[0][0]}"
        if client is None:
            raise UsageError(f"{what}: this object has no client: it was unpickled or made by hand")
        known = self._known()
        for operation, names in routes:
            if all(name in known for name in names):
                given = {**{name: known[name] for name in names}, **params}
                return client._call(operation, given, options, progress, on_progress)
        missing = ", ".join(name for name in routes[0][1] if name not in known)
        raise UsageError(f"{what}: the answer that this object comes from does not tell {missing}")


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_LENGTH else text[: _SHOWN_LENGTH - 4] + "..." + text[-1]


def made(kind: type[M], data: Any, client: Client | None, given: Mapping[str, Any]) -> M:
    """A model of that kind, or what was sent where that is no object."""
    if not isinstance(data, dict):
        return data  # type: ignore[no-any-return]
    found = kind(data)
    found._client = client
    found._given = given
    return found


def made_list(kind: type[M], data: Any, client: Client | None, given: Mapping[str, Any]) -> list[M]:
    if not isinstance(data, list):
        return data  # type: ignore[no-any-return]
    return [made(kind, item, client, given) for item in data]


def made_map(kind: type[M], data: Any, client: Client | None, given: Mapping[str, Any]) -> dict[str, M]:
    if not isinstance(data, dict):
        return data  # type: ignore[no-any-return]
    return {name: made(kind, item, client, given) for name, item in data.items()}


def plain(value: Any) -> Any:
    """Models as dictionaries, all the way down, of what json.dumps takes."""
    if isinstance(value, dict):
        return {name: plain(dict.__getitem__(value, name)) for name in value}
    if isinstance(value, list):
        return [plain(item) for item in value]
    from decimal import Decimal

    return format(value, "f") if isinstance(value, Decimal) else value


# -- fields -------------------------------------------------------------------


class _Part(Field[Any]):
    """A field that holds models."""

    __slots__ = ("_kind", "_make")

    def __init__(self, name: str, kind: type[Model], make: Callable[..., Any]) -> None:
        super().__init__(name)
        self._kind = kind
        self._make = make

    def __get__(self, model: Model | None, owner: type[Model]) -> Any:
        if model is None:
            return self
        value = model.get(self.name)
        return (
            value if value is None else self._make(self._kind, value, getattr(model, "_client", None), model._known())
        )


class _Collection(Field[Any]):
    """A list of models that one can call operations of; empty where the answer does not tell it."""

    __slots__ = ("_kind", "_list")

    def __init__(self, name: str, kind: type[Model], of: type[Collection[Any]]) -> None:
        super().__init__(name)
        self._kind = kind
        self._list = of

    def __get__(self, model: Model | None, owner: type[Model]) -> Any:
        if model is None:
            return self
        value = model.get(self.name, [])
        parts = made_list(self._kind, value, getattr(model, "_client", None), model._known())
        return self._list(parts, model) if isinstance(parts, list) else parts


class Collection(list[M]):
    """The things that an object has, with the operations on them."""

    __slots__ = ("_owner",)

    def __init__(self, parts: Iterable[M], owner: Model) -> None:
        super().__init__(parts)
        self._owner = owner

    def __reduce_ex__(self, protocol: Any) -> tuple[type[list[Any]], tuple[list[M]]]:
        return list, (list(self),)


class Items(Collection[M]):
    """The field ``items``. As a dictionary's method of that name, it can be called too."""

    __slots__ = ()

    def __call__(self) -> Any:
        return dict.items(self._owner)


class Group:
    """Operations of an object that belong together."""

    __slots__ = ("_owner",)

    def __init__(self, owner: Model) -> None:
        self._owner = owner


class _StateClass:
    """A class of states of hostbill.models, by name: enumerations take more memory to load than models, and few answers have
    their states read."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def _found(self) -> type[State]:
        from . import models

        found: type[State] = getattr(models, self._name)
        return found

    def __call__(self, text: str) -> State:
        return self._found()(text)

    @property
    def _value2member_map_(self) -> dict[Any, Any]:
        return self._found()._value2member_map_


def _digits(text: str) -> bool:
    return text.isdigit() and text.isascii()


def _integer(text: str) -> Any:
    digits = text[1:] if text[:1] == "-" else text
    return int(text) if _digits(digits) and len(digits) <= _MOST_DIGITS else text


def _decimal(text: str) -> Any:
    whole, point, fraction = (text[1:] if text[:1] == "-" else text).partition(".")
    if not _digits(whole) or (point and not _digits(fraction)):
        return text
    from decimal import Decimal

    return Decimal(text)


def _date(text: str) -> Any:
    import datetime as dt

    try:
        return dt.date.fromisoformat(text) if len(text) == _DATE_LENGTH else text
    except ValueError:
        return text


def _datetime(text: str) -> Any:
    import datetime as dt

    try:
        return dt.datetime.fromisoformat(text) if len(text) > _DATE_LENGTH else text
    except ValueError:
        return text


def plainly(name: str) -> Any:
    """A field that JSON has a type for."""
    return Field(name)


# The forms are read in C++, as far as their texts are the usual ones; these functions say what they mean.


def integer(name: str) -> Any:
    return Field(name, "integer", _integer)


def decimal(name: str) -> Any:
    return Field(name, "decimal", _decimal)


def date(name: str) -> Any:
    return Field(name, "date", _date)


def datetime(name: str) -> Any:
    return Field(name, "datetime", _datetime)


def state(name: str, kind: str) -> Any:
    return Field(name, "state", _StateClass(kind))


def part(name: str, kind: type[Model]) -> Any:
    return _Part(name, kind, made)


def parts(name: str, kind: type[Model]) -> Any:
    return _Part(name, kind, made_list)


def parts_by_name(name: str, kind: type[Model]) -> Any:
    return _Part(name, kind, made_map)


def collection(name: str, kind: type[Model], of: type[Collection[Any]]) -> Any:
    return _Collection(name, kind, of)
