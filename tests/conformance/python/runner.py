"""Runs conformance cases in Python; ../README.md has the protocol."""

from __future__ import annotations

import json
import keyword
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import hostbill
from hostbill import Client, HostbillError, Sandbox, _core, _sandbox_core

MEMBERS = "status message operation http_status portal_errors attempts retryable fields portals reconcile retry_after_s history tag"


def said(error: HostbillError) -> dict[str, Any]:
    members = {name: getattr(error, name) for name in MEMBERS.split()}
    return {"ok": False, "error": {"type": type(error).__name__, "class": error.error_class, **members}}


class Case:
    def __init__(self, case: dict[str, Any]) -> None:
        self.case = case
        self.sandbox: Sandbox | None = None
        if case["sandbox"] is not None:
            self.sandbox = Sandbox(**case["sandbox"])
        self.client = self.another()

    def another(self) -> Client:
        settings = self.case["client"] or {}
        return Client(**settings) if self.sandbox is None else self.sandbox.client(**settings)

    def end(self) -> None:
        self.client.close()
        if self.sandbox is not None:
            self.sandbox.close()

    def results(self) -> list[dict[str, Any]]:
        out = []
        for step in self.case["steps"]:
            try:
                out.append({"ok": True, **getattr(self, "do_" + step["do"])(step)})
            except HostbillError as error:
                out.append(said(error))
        return out

    def run(self, client: Any, step: dict[str, Any], **more: Any) -> Any:
        params = step.get("params") or {}
        options = {**(step.get("options") or {}), **more}
        if step.get("via") != "method":
            return client.call(step["operation"], params, options=options)
        method = client
        for part in step["operation"].split("."):
            method = getattr(method, part)
        named = {name + "_" if keyword.iskeyword(name) else name: value for name, value in params.items()}
        return method(**named, options=options)

    def do_call(self, step: dict[str, Any]) -> dict[str, Any]:
        return {"data": self.run(self.client, step)}

    def do_full(self, step: dict[str, Any]) -> dict[str, Any]:
        answer = self.run(self.client.answers, step)
        return {"data": answer.data, "info": answer.info, "meta": answer.meta}

    def do_dry(self, step: dict[str, Any]) -> dict[str, Any]:
        return {"data": self.run(self.client, step, dry_run=True)}

    def do_close(self, step: dict[str, Any]) -> dict[str, Any]:
        self.client.close()
        return {"data": None}

    def do_closed(self, step: dict[str, Any]) -> dict[str, Any]:
        return {"data": self.client.closed}

    def do_control(self, step: dict[str, Any]) -> dict[str, Any]:
        assert self.sandbox is not None
        return {"data": self.sandbox.control(step["command"], **step.get("arguments", {}))}

    def do_stop(self, step: dict[str, Any]) -> dict[str, Any]:
        assert self.sandbox is not None
        self.sandbox.close()
        return {"data": None}

    def do_parallel(self, step: dict[str, Any]) -> dict[str, Any]:
        def one(_: int) -> list[Any]:
            with self.another() as client:
                return [self.run(client, step["step"]) for _ in range(step["each"])]

        with ThreadPoolExecutor(step["clients"]) as pool:
            answers = [answer for some in pool.map(one, range(step["clients"])) for answer in some]
        different = sum(answer != answers[0] for answer in answers)
        return {"data": {"succeeded": len(answers), "failed": 0, "different": different}}

    def do_cancel(self, step: dict[str, Any]) -> dict[str, Any]:
        timer = threading.Timer(step["after_ms"] / 1000, self.client.close)
        timer.start()
        try:
            return {"data": self.run(self.client, step["step"])}
        finally:
            timer.join()

    def do_catalog(self, step: dict[str, Any]) -> dict[str, Any]:
        found = hostbill.catalog(step["portal"])
        return {"data": {"operations": len(found["operations"]), "compositions": len(found["compositions"])}}

    def do_version(self, step: dict[str, Any]) -> dict[str, Any]:
        return {"data": hostbill.__version__}

    def do_value(self, step: dict[str, Any]) -> dict[str, Any]:
        return {"data": step["json"]}


def encoded(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(type(value))


def line(row: dict[str, Any]) -> None:
    """One case; what it answered, which keeps its client, is gone afterwards."""
    try:
        case = Case(row)
    except HostbillError as error:
        results = [said(error)]
    else:
        results = case.results()
        case.end()
    print(json.dumps({"case": row["name"], "results": results}, default=encoded), flush=True)


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        cases = json.load(file)["cases"]
    for row in cases:
        line(row)
    print(json.dumps({"live_objects": _core.live_objects() + _sandbox_core.live_objects()}))


if __name__ == "__main__":
    main()
