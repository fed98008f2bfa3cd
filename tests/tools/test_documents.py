"""The reader of published documents, on small pages with every defect the real ones have."""

import json

import documents

PLAIN = r"""
Change a label

POST_DATA="{
    \"label\": \"labelValue\",
    \"items\": [
        {
            \"sort\": \"product\"
        }
    ],
    \"note\": \"x\"
}"

curl -X POST "https://portal.example/api/thing/@id" \
   -d "${POST_DATA}"
use GuzzleHttp\Client;
"ignored" => "php"
Example Response:
{ "label": "x" }

HTTP Request

POST /thing/@id

Query Parameters

Parameter Type Description
id int

Thing number

label string

Optional, new label

Value pattern: ^a+$

kind string

Kind

Available values: Private, Company.

iface

string Interface name or id

Next title

curl -X GET "https://portal.example/api/prose" \
HTTP Request

GET /prose
"""

PIPES = """
curl "https://portal.example/api/contact" \\
-d data[key]="dataValue"\\
-d label="labelValue"
HTTP Request
POST /contact
Query Parameters
Parameter | Type | Description |
---|---|---|
string |
Email Address | |
label | string |
POST /order/$product_id - prose, not an operation |
"""


def test_plain_page():
    first, second = documents._read_text(PLAIN)
    assert (first.method, first.path) == ("POST", "/thing/@id")
    assert list(first.parameters) == ["label", "items", "note", "id", "kind", "iface"]
    assert first.nested == {"items": {"sort"}}
    assert first.parameters["label"].pattern == "^a+$"
    assert first.parameters["label"].in_sample and first.parameters["label"].in_table
    assert first.parameters["kind"].enum == ["Private", "Company"]
    assert first.parameters["iface"].type == "string"
    assert not first.parameters["note"].in_table
    assert '"label"' in first.answer_text
    assert (second.method, second.path) == ("GET", "/prose")


def test_pipe_page_with_lost_email_name():
    (only,) = documents._read_text(PIPES)
    assert set(only.parameters) == {"data", "label", "email"}
    assert only.parameters["email"].type == "string"


def test_swagger_with_control_characters_and_an_empty_method():
    text = json.dumps(
        {
            "paths": {
                "/vpn": {
                    "": {
                        "summary": "S",
                        "parameters": [{"name": "@id", "in": "path", "required": True, "type": "integer"}],
                    }
                }
            }
        }
    ).replace('"S"', '"S\r"')
    (only,) = documents._read_swagger(text)
    assert only.method == "GET"
    assert only.parameters["id"].required
