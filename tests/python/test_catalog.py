"""The catalogue as Python sees it."""

from __future__ import annotations

import sys
from pathlib import Path

import hostbill
import pytest
from conftest import CATALOGUES, OPERATIONS, PORTALS

ROOT = Path(__file__).resolve().parents[2]

COUNTS = {"coloup": 130, "generic": 71, "time4vps": 73, "elsecloud": 119, "internetport": 109}


def test_every_operation_of_every_portal_is_there() -> None:
    assert {portal: len(CATALOGUES[portal]["operations"]) for portal in PORTALS} == COUNTS
    assert len({row["id"] for _, row in OPERATIONS}) == 200


def test_the_catalogue_of_all_portals_holds_each_portals_own() -> None:
    everything = hostbill.catalog()
    definitions = {"$defs": everything["$defs"]}
    assert {row["portal"]: {**row, **definitions} for row in everything["portals"]} == CATALOGUES


def test_results_are_told_as_in_api(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(ROOT / "tools"), *sys.path])
    import catalogue

    model = catalogue.load()
    assert CATALOGUES["coloup"]["$defs"] == model.shapes.definitions()
    results = {row.id: row.result for row in model.operations}
    assert {row["id"]: row["result"] for _, row in OPERATIONS} == results


def test_an_unknown_portal_is_a_usage_error_with_the_nearest_name() -> None:
    with pytest.raises(hostbill.UsageError) as caught:
        hostbill.catalog("time4vp")
    assert caught.value.fields[0]["nearest"] == "time4vps"
