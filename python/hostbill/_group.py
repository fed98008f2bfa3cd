"""What groups of operations are made of; _group.pyi has the types."""


class _Typed:
    """Takes the type parameters that its stub has."""

    __slots__ = ()

    def __class_getitem__(cls, parameters):
        return cls


class Group(_Typed):
    """A way to make calls, with methods on it. Holds no other state, so groups are made when they are asked for."""

    __slots__ = ("_call",)

    def __init__(self, call):
        self._call = call


class Root(_Typed):
    """What the outermost groups hang from; it knows how calls are made."""

    __slots__ = ()

    def _call(self, operation, params, options, progress=False, on_progress=None, /):
        raise NotImplementedError


class Outermost(property):
    """The property for an outermost group, whose module is loaded when it is first asked for."""

    def __init__(self, module, name):
        super().__init__(self._load, doc=f"Operations of ``client.{module}``.")
        self._module = module
        self._name = name

    def _load(self, root):
        module = __import__(f"hostbill.groups.{self._module}", fromlist=(self._name,))
        group = getattr(module, self._name)
        for owner in type(root).__mro__:
            if owner.__dict__.get(self._module) is self:
                setattr(owner, self._module, property(lambda root: group(root._call), doc=self.__doc__))
        return group(root._call)
