"""A method for every operation, with the right signature, documentation and types."""

from __future__ import annotations

import ast
import inspect
import keyword
from collections import defaultdict
from typing import Any

import hostbill
import pytest
from conftest import CATALOGUES, OPERATIONS, ROOT, method
from hostbill.groups import Operations


def merged() -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """The rows of every operation, one for each portal that has it."""
    found = defaultdict(list)
    for portal, row in OPERATIONS:
        found[row["id"]].append((portal, row))
    return dict(found)


ROWS = merged()


class Recorder(Operations[Any]):
    """Has all methods and notes what they would call."""

    def _call(self, operation: str, params: Any, options: Any) -> Any:
        return operation, dict(params), options


def expected_parameters(rows: list[tuple[str, dict[str, Any]]]) -> dict[str, tuple[bool, bool]]:
    """Python name -> (in the path, required on all portals)."""
    names: dict[str, tuple[bool, bool]] = {}
    for _, row in rows:
        for param in row["params"]:
            name = param["name"] + "_" * keyword.iskeyword(param["name"])
            everywhere = all(any(p["name"] == param["name"] and p["required"] for p in r["params"]) for _, r in rows)
            names[name] = (param["in"] == "path", everywhere)
    return names


@pytest.mark.parametrize("operation", sorted(ROWS))
def test_signature(operation: str) -> None:
    signature = inspect.signature(method(Recorder(), operation))
    expected = expected_parameters(ROWS[operation])
    assert set(signature.parameters) == {*expected, "options"}
    path = [part[1:-1] for part in ROWS[operation][0][1]["path"].split("/") if part.startswith("{")]
    positional = [p.name for p in signature.parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
    assert positional == path
    for name, parameter in signature.parameters.items():
        in_path, required = expected.get(name, (False, False))
        assert parameter.kind is (parameter.POSITIONAL_OR_KEYWORD if in_path else parameter.KEYWORD_ONLY), name
        assert (parameter.default is parameter.empty) == required, name


@pytest.mark.parametrize("operation", sorted(ROWS))
def test_arguments_reach_the_call_by_the_catalogues_names(operation: str) -> None:
    found = method(Recorder(), operation)
    given = {name: object() for name in inspect.signature(found).parameters}
    called, params, options = found(**given)
    assert called == operation
    assert options is given.pop("options")
    assert {name + "_" * keyword.iskeyword(name): value for name, value in params.items()} == given


@pytest.mark.parametrize("operation", sorted(ROWS))
def test_documentation(operation: str) -> None:
    text = inspect.getdoc(method(Recorder(), operation))
    rows = ROWS[operation]
    assert text is not None
    assert f"{rows[0][1]['method']} {rows[0][1]['path']}" in text
    assert f"Effect: {rows[0][1]['effect']};" in text
    for portal, row in rows:
        assert portal in text
        for param in row["params"]:
            assert param["name"] in text
            assert all(value in text for value in param["enum"])
    assert f">>> client.{operation}(" in text


def test_there_are_no_methods_but_the_catalogues() -> None:
    def walk(group: Any, path: tuple[str, ...]) -> set[str]:
        found = set()
        for name, value in inspect.getmembers(type(group)):
            if name.startswith("_"):
                continue
            if isinstance(value, property):
                found |= walk(getattr(group, name), (*path, name))
            elif inspect.isfunction(value):
                found.add(".".join((*path, name)))
        return found

    compositions = {row["id"] for portal in CATALOGUES.values() for row in portal["compositions"]}
    assert walk(Recorder(), ()) == set(ROWS) | compositions


def test_an_option_cannot_be_taken_for_a_parameter_of_the_same_name() -> None:
    operation, params, options = Recorder().servers.web_console(
        1, timeout="1h", whitelabel=True, options={"timeout": 5}
    )
    assert operation == "servers.web_console"
    assert params == {"server_id": 1, "timeout": "1h", "whitelabel": True}
    assert options == {"timeout": 5}


def test_every_error_class_is_exported() -> None:
    for found in hostbill.errors.BY_CLASS.values():
        assert getattr(hostbill, found.__name__) is found
        assert found.__name__ in hostbill.__all__


def test_generated_files_are_what_the_generator_writes(tmp_path: Any) -> None:
    import importlib.util

    spec = importlib.util.spec_from_file_location("generate_python", ROOT / "tools" / "generate_python.py")
    assert spec is not None and spec.loader is not None
    generator = importlib.util.module_from_spec(spec)
    import sys

    sys.modules["generate_python"] = generator
    spec.loader.exec_module(generator)
    generator.generate(tmp_path)
    package = ROOT / "python" / "hostbill"
    written = {path.relative_to(tmp_path): path.read_text("utf-8") for path in tmp_path.rglob("*.py*")}
    names = [*(package / f"{name}.py" for name in ("errors", "params"))]
    names += [path for folder in ("groups", "models") for path in (package / folder).glob("*.py*")]
    assert written == {path.relative_to(package): path.read_text("utf-8") for path in names}


def test_the_examples_are_calls_that_the_library_takes() -> None:
    """On one portal at least; but for those with `...`, where no made-up value would tell anything."""
    nowhere: dict[str, Any] = {
        "base_url": "http://127.0.0.1:1/api",
        "username": "a@example.com",
        "password": "secret",
        "timeout": 1,
    }
    refused: dict[str, str] = {}
    taken = set()
    for portal, catalogue in CATALOGUES.items():
        with hostbill.Client(portal=portal, retry={"max_attempts": 1}, **nowhere) as client:
            for row in [*catalogue["operations"], *catalogue["compositions"]]:
                example = (inspect.getdoc(method(client, row["id"])) or "").partition("Example:\n")[2]
                call = ast.parse("\n".join(line.strip()[4:] for line in example.strip().splitlines()), mode="eval")
                assert isinstance(call.body, ast.Call)
                if any(isinstance(node, ast.Constant) and node.value is ... for node in ast.walk(call)):
                    continue
                call.body.keywords.append(ast.keyword("options", ast.parse("{'dry_run': True}", mode="eval").body))
                try:
                    eval(compile(ast.fix_missing_locations(call), row["id"], "eval"), {"client": client})
                except hostbill.UsageError as problem:
                    refused[row["id"]] = str(problem)
                except hostbill.NetworkError:
                    taken.add(row["id"])  # It looks first, also in a dry run.
                else:
                    taken.add(row["id"])
    assert {name: problem for name, problem in refused.items() if name not in taken} == {}
    assert len(taken) > 200
