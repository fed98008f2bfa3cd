#!/usr/bin/env python3
"""A customer's day on each of the five portals, against sandboxes in this process.

Log in, list services, order a domain or a product, see the invoice, pay it from credit, add a DNS record and find it
again, reboot a server and wait until that is done. Every step checks what it reads back; a step that fails ends the
program with status 1.

    python3 examples/demo.py [PORTAL ...]
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from hostbill import Client, HostbillError, Sandbox, catalog, portals
from rich import box
from rich.console import Console
from rich.table import Table

SCREEN = Console(highlight=False, emoji=False)


class Unexpected(Exception):
    """A step went through, but what was read back is not what it should be."""


def check(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Unexpected(otherwise)


@dataclass
class Day:
    """One portal, and what the steps learn on the way."""

    portal: str
    client: Client
    operations: set[str]
    order: dict[str, Any] = field(default_factory=dict)
    credit: Decimal = Decimal(0)
    summary: dict[str, str] = field(default_factory=dict)

    def has(self, operation: str) -> bool:
        return operation in self.operations


def log_in(day: Day) -> str:
    person = day.client.account.get()
    check(bool(person["email"]), "the account has no e-mail address")
    return f"logged in as {person['email']}"


def list_services(day: Day) -> str:
    services = day.client.services.list()
    check(bool(services), "the account has no services")
    names = Counter(service["name"] for service in services)
    common = ", ".join(f"{count} × {name}" for name, count in names.most_common(3))
    return f"{len(services)} services: {common}" + (", ..." if len(names) > 3 else "")


def look_up(day: Day) -> str:
    """Finds something to order and what it costs, without ordering it."""
    day.credit = credit_of(day.client)
    if day.has("domains.lookup"):
        ending = day.client.domains.tlds.list()[0]["tld"]
        name = f"hostbill-demo{ending}"
        found = day.client.domains.lookup(name=name)
        check(found["available"], f"{name} is taken")
        day.order = {"domain": name}
        return f"{name} is free, {found['periods'][0]['register']} a year"
    product = a_product(day.client)
    day.order = {"product": product}
    if not day.has("orders.quote"):
        return f"{product['name']} is for sale"
    item = {"type": "product", "product_id": product["id"], "domain": "demo.example.com"}
    summary = day.client.orders.quote(items=[item])["summary"]
    return f"{product['name']} would cost {money(summary['total'])}"


def a_product(client: Client) -> dict[str, Any]:
    for category in client.products.categories():
        for product in client.products.list(category["id"]):
            return dict(product)
    raise Unexpected("nothing is for sale")


def place_order(day: Day) -> str:
    if "domain" in day.order:
        placed = day.client.domains.order(name=day.order["domain"], years="1", action="register")
    else:
        placed = day.client.orders.create(day.order["product"]["id"], domain="demo.example.com")
    day.order.update(placed)
    check(bool(placed["invoice_id"]), "the order has no invoice")
    day.summary["order"] = day.order.get("domain") or day.order["product"]["name"]
    return f"ordered {day.summary['order']}: order {placed['order_num']}"


def see_invoice(day: Day) -> str:
    invoice = day.client.invoices.get(day.order["invoice_id"])
    check(any(row["id"] == invoice["id"] for row in day.client.invoices.list()), "not listed")
    day.summary["paid"] = money(day.order["total"])
    return f"invoice {invoice['id']} over {money(day.order['total'])} is {invoice['status'].lower()}"


def pay(day: Day) -> str:
    """Pays from credit; some portals do that by themselves as soon as there is an invoice."""
    number = day.order["invoice_id"]
    how = "the portal paid it from credit by itself"
    if day.has("invoices.apply_credit"):
        day.client.invoices.apply_credit(number)
        how = "paid it from credit"
    status = day.client.invoices.get(number)["status"]
    check(status == "Paid", f"the invoice is {status.lower()}")
    return how


def see_balance(day: Day) -> str:
    now = credit_of(day.client)
    check(day.credit - now == Decimal(day.order["total"]), f"credit went from {day.credit} to {now}")
    day.summary["credit"] = f"{money(day.credit)} → {money(now)}"
    return f"credit was {money(day.credit)}, is {money(now)}"


def add_record(day: Day) -> str:
    """Adds an address to a zone, in the way that this portal has, and finds it in a fresh list."""
    record = {"name": "www-demo", "type": "A", "content": "203.0.113.7"}
    if "domain" in day.order:
        domain = next(row for row in day.client.domains.list() if row["name"] == day.order["domain"])
        day.client.domains.dns_records.create(domain["id"], **record)
        records, zone = day.client.domains.dns_records.list(domain["id"]), domain["name"]
    else:
        found = day.client.dns.zones.list()[0]
        day.client.dns.records.create(found["service_id"], found["domain_id"], ttl=3600, **record)
        listed = day.client.dns.zones.get(found["service_id"], found["domain_id"])
        records, zone = listed["records"], found["name"]
    check(any(is_record(row, record, zone) for row in records), f"the record is not in {zone}")
    return f"added {record['name']}.{zone} with address {record['content']} and found it"


def is_record(row: dict[str, Any], record: dict[str, str], zone: str) -> bool:
    """Whether a listed record is ours; portals list names with or without the zone."""
    return (
        row["name"].rstrip(".") in (record["name"], f"{record['name']}.{zone}")
        and row["type"] == record["type"]
        and row["content"] == record["content"]
    )


def reboot(day: Day) -> str:
    return reboot_server(day) if day.has("servers.reboot") else reboot_vm(day)


def reboot_server(day: Day) -> str:
    server = day.client.servers.list()[0]
    task_id = day.client.servers.reboot(server["server_id"])["task_id"]
    looks = 0
    while True:
        looks += 1
        task = day.client.servers.tasks.get(server["server_id"], task_id)
        if task["completed"]:
            break
        check(looks < 100, f"task {task_id} does not end")
        time.sleep(0.02)  # A sandbox's server is quick; wait a few seconds for a real one.
    day.summary["reboot"] = server["domain"]
    return f"rebooted {server['domain']}: task {task_id} done after {looks} looks"


def reboot_vm(day: Day) -> str:
    service_id, machine = a_machine(day.client)
    answer = day.client.vms.reboot(service_id, machine["id"])
    check(answer["status"] is True, "the portal did not agree to reboot")
    vm = day.client.vms.get(service_id, machine["id"])
    check(vm["status"] == "running", f"the machine is {vm['status']}")
    day.summary["reboot"] = vm["hostname"]
    return f"rebooted {vm['hostname']}: {vm['status']} again"


def a_machine(client: Client) -> tuple[Any, dict[str, Any]]:
    """A service with a virtual machine that runs, and that machine."""
    for service in client.services.list():
        try:
            machines = client.vms.list(service["id"])
        except HostbillError:
            continue  # Not every service has machines, and this portal says so with an error.
        for machine in machines:
            if machine["status"] == "running":
                return service["id"], machine
    raise Unexpected("no virtual machine runs")


def credit_of(client: Client) -> Decimal:
    return Decimal(client.account.balance()["acc_credit"])


def money(amount: str | Decimal) -> str:
    return f"{Decimal(amount):.2f}"


STEPS: list[Callable[[Day], str]] = [
    log_in,
    list_services,
    look_up,
    place_order,
    see_invoice,
    pay,
    see_balance,
    add_record,
    reboot,
]


def spend_a_day(portal: str) -> dict[str, str] | None:
    """All steps on one portal; None when one fails."""
    document = catalog(portal)
    SCREEN.print(f"\n[bold]{document['title']}[/bold] ({portal}, {len(document['operations'])} operations)")
    with Sandbox(portal) as sandbox, sandbox.client() as client:
        day = Day(portal, client, {row["id"] for row in document["operations"]})
        for step in STEPS:
            try:
                SCREEN.print("  [green]✓[/green]", step(day), markup=True, soft_wrap=True)
            except (HostbillError, Unexpected, LookupError) as problem:
                name = step.__name__.replace("_", " ")
                SCREEN.print(f"  [red]✗[/red] {name}: {type(problem).__name__}: {problem}", soft_wrap=True)
                return None
        return day.summary


def print_summary(days: dict[str, dict[str, str]]) -> None:
    columns = ["order", "paid", "credit", "reboot"]
    table = Table("portal", *columns, box=box.SIMPLE_HEAD, pad_edge=False)
    for portal, summary in days.items():
        table.add_row(portal, *(summary[name] for name in columns))
    SCREEN.print(table)


REAL = """
All of this was a sandbox on this machine. The same against a real portal:

    from hostbill import Client
    client = Client(portal="time4vps", username="you@example.com", password="...")

    hostbill call services.list --portal time4vps      asks for your name and password

A portal that is not among the five: portal="generic", base_url="https://portal.example.com/api".
Begin with read_only=True: everything that would change something is then refused.
"""


def main() -> int:
    names = sys.argv[1:] or portals()
    days = {portal: summary for portal in names if (summary := spend_a_day(portal)) is not None}
    if days:
        print_summary(days)
    if len(days) < len(names):
        SCREEN.print(f"\n[red]Failed[/red] on {', '.join(name for name in names if name not in days)}.")
        return 1
    print(REAL)
    return 0


if __name__ == "__main__":
    sys.exit(main())
