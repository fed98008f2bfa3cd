"""What a call gives back when asked for everything; _answer.pyi has the types."""


class Data:
    """Marks, for type checkers, the methods that give the data alone."""


class AsyncData:
    """Marks, for type checkers, the methods that give the data when they are awaited."""


class AsyncAnswer:
    """Marks, for type checkers, the methods that give an Answer when they are awaited."""


class Answer:
    """The whole answer to a call; ``client.answers`` returns these instead of the data alone.

    Attributes:
        data: What the portal answered, in one form on every portal (``docs/results.md``).
        info: What the portal wants to tell beside the data, such as ``"Record added"``.
        meta: ``operation``, ``http_status``, ``attempts``, ``elapsed_ms`` and, if one was given, ``tag``;
            ``unshaped`` names what did not fit its form, ``extra`` has what stood beside the data.
    """

    # By hand, because the modules dataclasses and typing take longer to load than all of this package.
    __slots__ = ("data", "info", "meta")
    __match_args__ = ("data", "info", "meta")
    __class_getitem__ = classmethod(type(list[int]))

    def __init__(self, data, info, meta):
        set_once = object.__setattr__
        set_once(self, "data", data)
        set_once(self, "info", info)
        set_once(self, "meta", meta)

    def __setattr__(self, name, value):
        raise AttributeError(f"cannot assign to field {name!r}")

    def __delattr__(self, name):
        raise AttributeError(f"cannot delete field {name!r}")

    def __eq__(self, other):
        if type(other) is not type(self):
            return NotImplemented
        return (self.data, self.info, self.meta) == (other.data, other.info, other.meta)

    __hash__ = None

    def __repr__(self):
        return f"Answer(data={self.data!r}, info={self.info!r}, meta={self.meta!r})"

    def __reduce__(self):
        return type(self), (self.data, self.info, self.meta)
