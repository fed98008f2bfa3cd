"""The same change to everything one has: side by side, to be interrupted at any time, and never done twice."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from hostbill import Call, Client, Ledger, OutcomeUnknownError, Sandbox


def changes(client: Client) -> Iterator[Call]:
    """A record for each zone; made one after the other, when they are wanted."""
    for zone in client.dns.zones.list():
        where = {"service_id": zone.service_id, "zone_id": zone.domain_id}
        record = {"name": f"_dmarc.{zone.name}", "type": "TXT", "content": "v=DMARC1; p=reject", "ttl": 3600}
        yield Call("dns.records.create", {**where, **record}, tag=zone.name)


def change(client: Client, ledger: Ledger, at_most: int | None = None) -> None:
    sent = kept = 0
    for item in client.batch(changes(client), ledger=ledger, in_flight=2, progress=True):
        if isinstance(item.error, OutcomeUnknownError):
            verdict = client.reconcile(**item.error.reconcile)["verdict"]
            print(f"{item.tag}: the answer was lost; {verdict.replace('_', ' ')}")
            ledger.settle(item, verdict)
        elif item.error is not None:
            print(f"{item.tag}: {item.error}")
        sent += not item.from_ledger
        kept += item.from_ledger
        if item.index + 1 == at_most:
            break  # As if the power had failed.
    print(f"{sent} sent, {kept} had been done before")


with Sandbox(portal="time4vps") as sandbox, sandbox.client() as client, tempfile.TemporaryDirectory() as folder:
    # The first answer gets lost on its way.
    sandbox.control("fault", operation="dns.records.create", fault={"kind": "lost_reply"})
    with Ledger(Path(folder) / "dmarc.ledger") as ledger:
        change(client, ledger, at_most=1)
    with Ledger(Path(folder) / "dmarc.ledger") as ledger:
        change(client, ledger)
        change(client, ledger)
    zones = len(list(client.dns.zones.list()))
    print("zones:", zones, "records made:", sandbox.ledger()["dns.records.create"])

    # Reading everything about everything, four at a time, in the order of the list.
    servers = client.servers.list()
    for item in client.map("servers.get", [server.server_id for server in servers], in_flight=4):
        print(item.data.domain if item.ok else item.error)
