"""Models of answers that did not come straight from the client."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def dressed(operation: str, data: Any) -> Any:
    """The models that the client would have made of an operation's data."""
    from . import models
    from ._model import made, made_list, made_map

    form, name = models._RESULTS.get(operation, ("", ""))
    make = {"object": made, "list": made_list, "map": made_map}.get(form)
    return data if make is None else make(getattr(models, name), data, None, {})


def bound(data: Any, client: Any, params: Mapping[str, Any]) -> Any:
    """The same data, the models among it with the client, as if it had returned them."""
    from . import models
    from ._model import Model

    given = {name: value for name, value in params.items() if value is not None and name in models._NAMES}
    values: Iterable[Any] = (data,)
    if isinstance(data, list):
        values = data
    elif isinstance(data, dict) and not isinstance(data, Model):
        values = data.values()
    for value in values:
        if isinstance(value, Model):
            value._client, value._given = client, given
    return data
