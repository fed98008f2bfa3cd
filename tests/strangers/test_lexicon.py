"""dns-lexicon's provider for a HostBill portal, as certbot and others use it: it expects a zone's records as a map, with
full names and TXT in quotes, which is how the portal it was written for sends them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import hostbill
import pytest
from lexicon._private.providers.dnsservices import Provider
from lexicon.config import ConfigResolver
from lexicon.exceptions import AuthenticationError

QUIRKS = {"records_as_map": True, "full_record_names": True, "quoted_txt": True}
ZONE = "example.net"


@pytest.fixture(params=["elsecloud", "generic"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[hostbill.Sandbox]:
    with hostbill.Sandbox(portal=request.param, quirks=QUIRKS) as box:
        yield box


def provider(sandbox: hostbill.Sandbox, zone: str = ZONE, password: str | None = None, **more: Any) -> Any:
    settings = {
        "provider_name": "dnsservices",
        "domain": zone,
        "dnsservices": {"auth_username": sandbox.username, "auth_password": password or sandbox.password},
        **more,
    }
    client = Provider(ConfigResolver().with_dict(settings))
    client.api_endpoint = sandbox.url
    client.domain = zone
    client.authenticate()
    return client


def records(sandbox: hostbill.Sandbox) -> list[tuple[str, str, str]]:
    """What the zone holds, seen by our own client."""
    with sandbox.client() as client:
        zone = next(zone for zone in client.dns.zones.list() if zone["name"] == ZONE)
        found = client.dns.zones.get(service_id=zone["service_id"], zone_id=zone["domain_id"])["records"]
        return [
            (record["name"].removesuffix("." + ZONE), record["type"], record["content"])
            for record in found
            if record["type"] != "SOA"  # It counts the changes.
        ]


def test_a_challenge_is_set_and_taken_away(sandbox: hostbill.Sandbox) -> None:
    lexicon = provider(sandbox, ttl=120)
    before = records(sandbox)
    assert lexicon.create_record("TXT", "_acme-challenge", "a-token")
    assert ("_acme-challenge", "TXT", "a-token") in records(sandbox)
    assert [record["content"] for record in lexicon.list_records("TXT", "_acme-challenge")] == ["a-token"]
    assert lexicon.create_record("TXT", "_acme-challenge", "a-token")  # Once is enough.
    assert sandbox.control("ledger")["dns.records.create"] == 1
    assert lexicon.delete_record(None, "TXT", "_acme-challenge", "a-token")
    assert records(sandbox) == before


def test_a_record_is_changed(sandbox: hostbill.Sandbox) -> None:
    lexicon = provider(sandbox)
    lexicon.create_record("A", "shop", "203.0.113.7")
    (record,) = lexicon.list_records("A", "shop." + ZONE)
    assert lexicon.update_record(record["id"], "A", "shop", "203.0.113.8")
    assert ("shop", "A", "203.0.113.8") in records(sandbox)
    assert lexicon.delete_record(record["id"])
    assert not lexicon.list_records("A", "shop")


def test_what_is_wrong_is_refused(sandbox: hostbill.Sandbox) -> None:
    with pytest.raises(AuthenticationError):
        provider(sandbox, zone="not-ours.example")
    with pytest.raises(KeyError, match="token"):  # A wrong login has no token.
        provider(sandbox, password="wrong")
    assert not any(name.startswith("dns.") for name in sandbox.control("ledger"))
