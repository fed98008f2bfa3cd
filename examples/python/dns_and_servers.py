"""A domain's DNS zone is found by whole labels, a TXT record added, read back and removed; then unpaid invoices, and a
server that is rebooted.

Without HOSTBILL_BASE_URL, HOSTBILL_USERNAME and HOSTBILL_PASSWORD it starts a sandbox. HOSTBILL_PORTAL is the portal:
time4vps where nothing is said; of those known by name it alone has both zones of DNS services and such servers.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import Any

from hostbill import Client, Sandbox


def texts(client: Client, zone: Any) -> list[Any]:
    """The TXT records of the name."""
    records = client.dns.zones.get(zone["service_id"], zone["zone_id"])["records"]
    return [record for record in records if record["type"] == "TXT" and record["name"] == zone["relative"]]


def records(client: Client) -> None:
    zone = client.dns.zones.find(name="_acme-challenge.www.example.net")
    print(f"zone {zone['zone']} holds {zone['relative']}")
    client.dns.records.create(zone["service_id"], zone["zone_id"], name=zone["relative"], type="TXT", content="token-1")
    for record in texts(client, zone):
        print(f"read back {record['type']} {record['content']}")
        client.dns.records.delete(zone["service_id"], zone["zone_id"], record["id"])
    print(f"removed, {len(texts(client, zone))} left")


def invoices(client: Client) -> None:
    for invoice in client.invoices.list():
        if invoice["status"] == "Unpaid":
            print(f"invoice {invoice['id']} is unpaid: {invoice['total']} {invoice['currency']}")


def reboot(client: Client) -> None:
    server_id = client.servers.list()[0]["server_id"]
    task = client.servers.reboot(server_id)
    waited = client.servers.tasks.wait(server_id=server_id, task_id=str(task["task_id"]))
    print(f"server {server_id} rebooted: {str(waited['done']).lower()}")


with ExitStack() as cleanup:
    portal = os.environ.get("HOSTBILL_PORTAL", "time4vps")
    base_url = os.environ.get("HOSTBILL_BASE_URL")
    if base_url is None:
        client = cleanup.enter_context(cleanup.enter_context(Sandbox(portal)).client())
    else:
        client = cleanup.enter_context(
            Client(
                portal=portal,
                base_url=base_url,
                username=os.environ["HOSTBILL_USERNAME"],
                password=os.environ["HOSTBILL_PASSWORD"],
            )
        )
    records(client)
    invoices(client)
    reboot(client)
