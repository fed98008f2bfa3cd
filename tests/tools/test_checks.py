"""The lint and the checker find what they are there to find; the generators are independent of each other."""

import copy
import json
import shutil

import catalogue
import check_documents
import documents
import golden
import lint
import objects
import pytest

MODEL = catalogue.load()


def shown(**fields):
    return documents.Parameter("label", in_table=True, **{"type": "string", **fields})


def differences(parameter, **changes):
    op = documents.Operation("POST", "/thing/@id")
    param = copy.replace(BASE, **changes) if hasattr(copy, "replace") else _replace(BASE, changes)
    return list(check_documents.parameter_differences(op, parameter, param))


def _replace(param, changes):
    twin = copy.copy(param)
    for name, value in changes.items():
        setattr(twin, name, value)
    return twin


BASE = catalogue.Param("label", "body", "string", "A label.", ("coloup",), wire="label")


def test_checker_accepts_what_agrees():
    assert differences(shown()) == []


@pytest.mark.parametrize(
    ("parameter", "changes", "word"),
    [
        (shown(type="int"), {}, "type"),
        (shown(), {"place": "query"}, "belongs in the body"),
        (shown(required=True), {}, "required"),
        (shown(description="A name (required)"), {}, "required"),
        (shown(description="Optional name"), {"required": True, "required_source": "assumed"}, "optional"),
        (shown(), {"required": True}, "none does"),
        (shown(enum=["a", "b"]), {"enum": ["a"]}, "values"),
        (shown(pattern="^a$"), {}, "pattern"),
    ],
)
def test_checker_finds(parameter, changes, word):
    (line,) = differences(parameter, **changes)
    assert word in line


def test_checker_finds_names_inside_samples():
    op = documents.Operation("POST", "/order", nested={"label": {"wattage", "1618"}})
    (line,) = check_documents.parameter_differences(op, shown(), BASE)
    assert "wattage" in line


@pytest.fixture
def api(tmp_path):
    return shutil.copytree(catalogue.API, tmp_path / "api")


def edit(path, change):
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))


def test_lint_is_content_with_the_catalogue(api):
    assert list(lint.schema_mistakes(api)) == []
    assert list(lint.catalogue_mistakes(catalogue.load(api))) == []


@pytest.mark.parametrize("key", ["source", "effect", "summary"])
def test_lint_wants(api, key):
    edit(api / "operations" / "sms.json", lambda doc: doc["operations"][0].pop(key))
    (line,) = lint.schema_mistakes(api)
    assert key in line and "sms.json" in line


def test_lint_knows_every_key(api):
    edit(api / "operations" / "sms.json", lambda doc: doc["operations"][0].update(colour="red"))
    assert "colour" in next(lint.schema_mistakes(api))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"shapes": ["Nothing"]}, "no shape is called Nothing"),
        ({"shapes": ["Invoice"]}, "Invoice: stands twice"),
        ({"ids": {"script_id": "number"}}, "number is no field"),
        ({"parents": ["domain_id"]}, "no method wants domain_id"),
        ({"ids": {}, "parents": ["contact_id"], "methods": {"refresh": "contacts.get"}}, "no answer tells contact_id"),
        ({"methods": {"content": "scripts.get"}}, "Script.content: the name is taken"),
        ({"methods": {"update": "scripts.get"}}, "Script.update: the name is taken"),
        ({"methods": {"import": "scripts.get"}}, "Script.import: is a keyword"),
        ({"methods": {"name.get": "scripts.get"}}, "name is no list of objects"),
        ({"methods": {"refresh": "scripts.read"}}, "unknown operation scripts.read"),
        ({"methods": {"refresh": "sms.history"}}, "takes nothing that is known here"),
        ({"methods": {"refresh": {"operation": "scripts.get", "without": ["x"]}}}, "has no parameter x"),
    ],
)
def test_lint_reads_the_objects(api, change, complaint):
    def edited(document):
        row = next(row for row in document["objects"] if row["shapes"] == ["Script"])
        row.update(change)

    assert list(objects.mistakes(catalogue.load(api))) == []
    edit(api / "objects.json", edited)
    assert any(complaint in line for line in objects.mistakes(catalogue.load(api)))


def test_lint_wants_path_parameters(api):
    def drop(doc):
        doc["operations"][1]["params"] = []

    edit(api / "operations" / "scripts.json", drop)
    assert any("script_id" in line for line in lint.catalogue_mistakes(catalogue.load(api)))


def test_lint_wants_one_meaning_per_name(api):
    def clash(doc):
        params = next(op for op in doc["operations"] if op["id"] == "sms.send")["params"]
        params[0]["aliases"] = ["text"]

    edit(api / "operations" / "sms.json", clash)
    assert any("two parameters" in line for line in lint.catalogue_mistakes(catalogue.load(api)))


def test_counts():
    assert len(MODEL.operations) == 200
    assert {portal.id: len(portal.operations) for portal in MODEL.portals} == check_documents.EXPECTED


def test_golden_requests_give_every_parameter():
    for portal in MODEL.portals:
        for op in MODEL.operations:
            if portal.id in op.portals:
                case = golden.case(op, portal)
                assert case["params"].keys() == {param.name for param in op.params_on(portal.id)}
                assert "{" not in case["request"]["target"]
