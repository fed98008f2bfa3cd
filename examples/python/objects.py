"""What answers hold can be worked with: typed fields, and the operations of each thing as its methods."""

from datetime import date
from decimal import Decimal

from hostbill import Client, Sandbox
from hostbill.models import InvoiceStatus, Server


def pay_what_is_due(client: Client) -> None:
    for invoice in client.invoices.list():
        if invoice.status is InvoiceStatus.UNPAID and invoice.duedate and invoice.duedate <= date.today():
            print(f"invoice {invoice.id}, due {invoice.duedate:%d %B}: paying {invoice.total} {invoice.currency}")
            invoice.pay_from_credit()
    owed = sum((row.total for row in client.invoices.list() if row.status is InvoiceStatus.UNPAID), Decimal(0))
    print("still owed:", owed)


def reboot(server: Server) -> None:
    done = server.reboot().wait(progress=True)  # A line on the terminal, gone when it is over.
    print(server.domain, "rebooted:", done["done"])


def point(client: Client, name: str, address: str) -> None:
    zone = client.dns.zones.list()[0]
    zone.records.create(type="A", name=name, content=address)
    for record in zone.refresh().records:
        if record.name.startswith(name):
            print(record.name, record.type, record.content)
            record.delete()


with Sandbox("generic") as sandbox, sandbox.client() as client:
    pay_what_is_due(client)
    service = client.services.get(sandbox.examples["services.upgrade.request"]["service_id"])
    print(service.name, service.status, "next due", service.next_due)
    print("as it came:", service["next_due"], service.raw.keys() == service.keys())
    print("its upgrade would cost", service.upgrade.estimate()["total"])

with Sandbox("time4vps") as sandbox, sandbox.client() as client:
    reboot(client.servers.list()[0].refresh())
    point(client, "objects", "192.0.2.80")
