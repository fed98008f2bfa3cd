"""Samples in the manner of the documents', but our own: whole or with their brackets and addresses lost, with JSON, a form, a
token, in each language. They run, and the portal gets what they say."""

from __future__ import annotations

from pathlib import Path

import hostbill
import pytest
from printed import LANGUAGES, Account, Request, members, program, samples
from runs import run

WHOLE = r"""
The label
POST_DATA="{
\"label\": \"labelValue\"
}"

curl -X POST "https://portal.example/api/service/@id/label" \
-u user:pass \
-H "Content-Type: application/json" \
-d "${POST_DATA}"
use GuzzleHttp\Client;

$client = new Client([
'base_uri' => 'https://portal.example/api/',
'auth' => ['username', 'password']
]);
$options = [
'json' => [
"label" => "labelValue"
]
]
$resp = $client->post('service/@id/label', $options);
echo $resp->getBody();
payload = {
'label': "labelValue"
}
auth=('username', 'password')
req = requests.post('https://portal.example/api/service/@id/label', json=payload, auth=auth)
print(req.json())
Example Response:
curl "is not a sample here"
"""

LOST = r"""
The label
\"label\": \"labelValue\"
curl -X POST "" \
-H "Authorization: Bearer $token" \
-H "Content-Type: application/json" \
-d "${POST_DATA}"
use GuzzleHttp\Client;
$client = new Client([
'base_uri' => '',
'headers' => [
'Authorization' => 'Bearer ' . $token
$options = [
'json' => [
"label" => "labelValue"
$resp = $client->post('service/@id/label', $options);
payload = {
'label': "labelValue"
headers = {
'Authorization': 'Bearer ' + token
req ='', json=payload, headers=headers)
"""

FORM = r"""
The label
curl "https://portal.example/api/service/@id/label" \
-u user:pass \
-d label="labelValue"
$data = array(
'label' => 'labelValue'
);
$resp = Requests::post('https://portal.example/api/service/@id/label', array(), $data, $options);
echo $resp->body;
payload = {
'label' : 'labelValue'
}
req = requests.post('https://portal.example/api/service/@id/label', data=payload, auth=auth)
print(req.json())
"""

LABEL = """it's "so" $HOME `id` \\ {[(&+%41 \u20ac"""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "text"), [("coloup", WHOLE), ("generic", LOST), ("internetport", FORM)])
def test_a_sample_runs_and_its_value_arrives(name: str, text: str, language: str, tmp_path: Path) -> None:
    found = samples([line.strip() for line in text.split("\n")])
    assert sorted(sample.language for sample in found) == sorted(LANGUAGES)
    (sample,) = [sample for sample in found if sample.language == language]
    assert members(sample, {}) == {"label": "labelValue"}
    with hostbill.Sandbox(portal=name) as sandbox, sandbox.client() as client:
        token = ""
        if name != "internetport":
            token = client.auth.login(username=sandbox.username, password=sandbox.password)["token"]
        account = Account(sandbox.url, sandbox.username, sandbox.password, token)
        request = Request("POST", "/service/5120/label")
        outcome = run(language, {"label": program(sample, {}, [request], {"label": LABEL}, account)}, tmp_path)["label"]
        assert (outcome.status, outcome.error) == (200, "")
        assert client.services.label.get(service_id=5120)["label"] == LABEL
        assert sandbox.ledger()["services.label.update"] == 1


def test_a_program_that_fails_is_told(tmp_path: Path) -> None:
    wrong = {"curl": "curl http://127.0.0.1:1/", "python": "raise ValueError('so')", "php": "<?php nothing();"}
    for language, text in wrong.items():
        outcome = run(language, {"wrong": text}, tmp_path)["wrong"]
        assert outcome.error and not outcome.status
