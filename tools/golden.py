#!/usr/bin/env python3
"""Writes tests/wire/PORTAL.json: for every operation of a portal, parameters and the request they must become.

This is a second, independent statement of how requests are written (docs/wire.md); the core's encoder is tested
against these files, never the other way round. Each case gives every parameter of the operation, with values that
need escaping wherever a text is free.
"""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parent))
import catalogue
from catalogue import ROOT, Operation, Param, Portal

USER, PASSWORD, TOKEN = "ada@example.net", "p:ss w\u00f6rd%", "example.access.token"

# Values by name; where a name means different things, by operation.
VALUES: dict[str, Any] = {
    "username": "ada@example.net",
    "email": "ada+test@example.net",
    "firstname": "Ad\u00e9la",
    "lastname": "O'Ne\u00efll & Co",
    "companyname": 'Example "Quoted" \\ Ltd',
    "address1": "1 Example Street = 100% / \u20ac",
    "phonenumber": "+98 09123456789",
    "type": "Private",
    "socialsecuritynumberpersonalid": "0123456789",
    "mellicardimage": "card image.png",
    "country": "LT",
    "currency": "EUR",
    "two_factor_enable": "1",
    "privileges": {"support": ["tickets", "newticket"], "services": {"full": 1}},
    "amount": "12.50",
    "dept_id": 3,
    "subject": "Router f\u00e4llt aus \U0001f600",
    "body": "Line one\nline two\t& more",
    "nameservers": ["ns1.example.net", "ns2.example.net"],
    "name": "www",
    "content": "192.0.2.10",
    "priority": "10",
    "ttl": 3600,
    "years": "2",
    "tld_id": "6",
    "data": {"language": "FR", "extra": {"1424": "9067"}},
    "organization": {"name": "Example & S\u00f6hne", "country": "DE"},
    "csr": "-----BEGIN CERTIFICATE REQUEST-----\nMIIBexample+/=\n-----END CERTIFICATE REQUEST-----\n",
    "approver_email": "admin@example.net",
    "resources": {"1557": "9953", "1600": {"77": 2}},
    "custom": {"1618": {"10330": 1}},
    "cycle": "m",
    "domain": "host.example.net",
    "hostname": "vm1.example.net",
    "ipaddress": {"192.0.2.10": "host.example.net", "2001:db8::1": "six.example.net"},
    "disk": "40",
    "memory": "2048",
    "cpu": "2",
    "num": "2",
    "vlan": "12",
    "flavor": "4",
    "recipe": "8",
    "template": "15",
    "image": "debian 12.iso",
    "firewall": 1,
    "ipv4": [11, 12],
    "ipv6": [21],
    "vm_id": "415",
    "iface": "0",
    "ip": "31",
    "pool": "5",
    "list": "7",
    "key": "2371",
    "file": "88",
    "rel_id": "301",
    "task_id": "8801",
    "ignore_errors": True,
    "ip_address": "192.0.2.11",
    "ns1": "192.0.2.53",
    "ns2": "192.0.2.54",
    "ns3": "2001:db8::53",
    "ns4": "2001:db8::54",
    "os": "debian-12-x86_64",
    "width": 512,
    "publickey": "AwEAAc+/example==",
    "digest": "2BB183AF5F22588179A53B0A98631FAD1A292118",
    "keytag": "60485",
    "to": "+46701234567",
    "from": "Example",
    "text": "Hej! 50% & mer \u00e5\u00e4\u00f6 #1",
    "items": [{"type": "product", "product_id": 1080, "domain": "host.example.net", "cycle": "a"}],
}
BY_OPERATION: dict[str, Any] = {
    "account.signup.password": "Example Password 123",
    "account.signup.two_factor_enable": ["Enable"],
    "domains.get_by_name.name": "b\u00fccher.example",
    "domains.lookup.name": "example.net",
    "domains.order.name": "example.net",
    "dns.zones.create.name": "example.net",
    "dns.records.create.priority": 10,
    "dns.records.update.priority": 10,
    "dns.records.create.type": "SRV",
    "dns.records.create.content": [10, 5060, "sip.example.net"],
    "dns.records.create.name": "_sip._tcp.example.net",
    "dns.records.update.type": "TXT",
    "dns.records.update.content": '"v=spf1 include:example.net ~all"',
    "domains.dns_records.create.type": "A",
    "domains.dns_records.update.type": "A",
    "certificates.order.years": 1,
    "vms.interfaces.get.iface": "net0",
    "orders.create_many.items": [
        {
            "type": "product",
            "product_id": 1080,
            "domain": "host.example.net",
            "cycle": "a",
            "custom": {"1618": {"10330": 1}},
        },
        {"type": "certificate", "product_id": 840, "csr": "-----BEGIN CERTIFICATE REQUEST-----", "years": 1},
    ],
}


def value_of(op: Operation, param: Param, number: int) -> Any:
    """A valid value; whole numbers differ from parameter to parameter so that none can take another's place."""
    key = f"{op.id}.{param.name}"
    if key in BY_OPERATION:
        return BY_OPERATION[key]
    if param.enum:
        return [param.enum[0]] if param.type == "array" else param.enum[0]
    if param.name in VALUES:
        return VALUES[param.name]
    if param.type == "integer":
        return 1001 + number
    if param.type == "boolean":
        return True
    return f"{param.name} value"


def native(param: Param, value: Any) -> Any:
    """The value as it stands in a JSON body."""
    if param.type == "boolean" and param.boolean_form != "native":
        return word(param, value)
    return value


def word(param: Param | None, value: Any) -> str:
    if isinstance(value, bool):
        form = param.boolean_form if param else "native"
        return {"native": "01", "true_false": ("false", "true"), "on_off": ("off", "on")}[form][value]
    return str(value)


def form_pairs(key: str, value: Any, param: Param | None = None) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [pair for name, item in value.items() for pair in form_pairs(f"{key}[{escape(name)}]", item)]
    if isinstance(value, list):
        return [pair for i, item in enumerate(value) for pair in form_pairs(f"{key}[{i}]", item)]
    return [(key, word(param, value))]


def escape(value: str) -> str:
    return quote(value, safe="-._~ ").replace(" ", "+")


def form(pairs: list[tuple[Param, Any]]) -> str:
    flat = [pair for param, value in pairs for pair in form_pairs(escape(param.wire), value, param)]
    return "&".join(f"{key}={escape(text)}" for key, text in flat)


def json_text(pairs: list[tuple[Param, Any]]) -> str:
    members = []
    for param, value in pairs:
        # A decimal is written as given, without quotes.
        text = (
            value
            if param.type == "number"
            else json.dumps(native(param, value), ensure_ascii=False, separators=(",", ":"))
        )
        members.append(f"{json.dumps(param.wire)}:{text}")
    return "{" + ",".join(members) + "}"


def case(op: Operation, portal: Portal) -> dict[str, Any]:
    given = [(param, value_of(op, param, i)) for i, param in enumerate(op.params_on(portal.id))]
    target = "/api" + op.path
    for param, value in given:
        if param.place == "path":
            target = target.replace("{%s}" % param.name, quote(str(value), safe="-._~"))
    query = [(param, value) for param, value in given if param.place == "query"]
    body = [(param, value) for param, value in given if param.place == "body"]
    if query:
        target += "?" + form(query)
    headers = {"Accept": "application/json"}
    if not op.anonymous:
        headers["Authorization"] = authorization(portal)
    text = ""
    if body:
        text = form(body) if portal.body == "form" else json_text(body)
        headers["Content-Type"] = "application/x-www-form-urlencoded" if portal.body == "form" else "application/json"
    if body or op.method in ("POST", "PUT"):
        headers["Content-Length"] = str(len(text.encode("utf-8")))
    return {
        "operation": op.id,
        "params": {param.name: value for param, value in given},
        "request": {"method": op.method, "target": target, "headers": headers, "body": text},
    }


def authorization(portal: Portal) -> str:
    if portal.auth[0] == "jwt":
        return f"Bearer {TOKEN}"
    return "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


def document(portal: Portal, operations: list[Operation]) -> str:
    if portal.auth[0] == "jwt":
        config = {"portal": portal.id, "token": TOKEN}
    else:
        config = {"portal": portal.id, "username": USER, "password": PASSWORD}
    cases = [json.dumps(case(op, portal), ensure_ascii=False) for op in operations if portal.id in op.portals]
    head = json.dumps({"portal": portal.id, "config": config}, ensure_ascii=False)[1:-1]
    return "{" + head + ', "cases": [\n' + ",\n".join(cases) + "\n]}\n"


def main() -> None:
    model = catalogue.load()
    folder = ROOT / "tests" / "wire"
    for portal in model.portals:
        text = document(portal, model.operations)
        json.loads(text)
        (folder / f"{portal.id}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
