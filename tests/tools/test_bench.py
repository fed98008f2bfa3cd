"""The data of the benchmarks name only what there is."""

import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
from harness import answers, measure, process, table, targets

CASES, CONTESTANTS = table.cases(), table.contestants()


def test_names_are_given_once():
    for things in (CASES, CONTESTANTS):
        names = [one.id for one in things]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_case_has_its_floor(case):
    floor = next(one for one in CONTESTANTS if one.id == case.floor)
    assert case.mode in floor.modes
    assert case.size in answers.SIZES


@pytest.mark.parametrize("contestant", CONTESTANTS, ids=lambda contestant: contestant.id)
def test_contestant_has_its_program(contestant):
    language = contestant.language
    folder = table.BENCH / "contestants" / (language.folder or language.language.removesuffix("-others"))
    name = contestant.program.rpartition(".")[2]
    assert any(name in file.read_text("utf-8") for file in folder.rglob("*") if file.suffix in SOURCES)


SOURCES = {".c", ".cpp", ".go", ".java", ".js", ".lua", ".php", ".pl", ".py", ".rb", ".rs", ".tcl"}


@pytest.mark.parametrize("size", answers.SIZES)
def test_answers_are_as_long_as_they_say(size):
    body, count = answers.answer(size)
    invoices = json.loads(body)["invoices"]
    assert len(body) <= size and len(body) > size * 0.8
    assert len(invoices) == count and invoices[-1]["id"] == answers.last_id(count)


@pytest.mark.parametrize(("share", "word"), [(0.5, ""), (0.01, "stands still")])
def test_ours_may_not_stand_still(share, word):
    ours = next(one for one in CONTESTANTS if one.ours)
    row = measure.Row(ours, samples=[process.Sample(100, share * wall, wall) for wall in (1.0, 2.0, 3.0)])
    row.judge()
    assert word in row.failure and bool(word) == bool(row.failure)


def test_a_target_is_compared_with_the_best_of_the_others():
    rows = [{"contestant": name, "ratio": ratio} for name, ratio in (("ours", 2.0), ("slow", 8.0), ("fast", 4.0))]
    rows.append({"contestant": "broken", "failure": "ended"})
    results = {"calls": [{"case": "c", "rows": rows}]}
    value = {"of": "ours", "over": ["slow", "fast", "broken"], "case": "c"}
    assert targets.measured(value, results) == 0.5
    assert targets.measured({**value, "times": True}, results) == 2
    assert targets.measured({"of": "broken", "case": "c"}, results) is None
    assert targets.measured({**value, "over": ["broken"]}, results) is None
