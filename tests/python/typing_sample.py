"""A program as users write it; mypy --strict must accept it, and reject the lines marked as wrong."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hostbill import (
    Answer,
    AsyncClient,
    Call,
    Client,
    HostbillError,
    Ledger,
    Options,
    OutcomeUnknownError,
    Sandbox,
    SharedLimit,
    UsageError,
    catalog,
)
from hostbill.models import InvoiceStatus, Server, Service
from hostbill.params import OrderItemParams


def buy(client: Client, product_id: int) -> str:
    options: Options = {"timeout": 30, "tag": "buying"}
    order = client.orders.create(product_id, cycle="m", custom={1618: {10330: 1}}, options=options)
    number: int = order.order_num
    return f"{number} costs {order.total + Decimal(1)}"


def add_record(client: Client, service_id: int, zone_id: str) -> Answer:
    return client.answers.dns.records.create(service_id, zone_id, name="www", type="A", content="192.0.2.1", ttl=3600)


def owed(client: Client) -> Decimal:
    items: list[OrderItemParams] = [{"type": "product", "product_id": 1}]
    cost: Decimal = client.orders.quote(items=items).summary.total
    total = Decimal(0)
    for invoice in client.invoices.list():
        due: date | None = invoice.duedate
        if invoice.status is InvoiceStatus.UNPAID and due is not None and due < date.today():
            total += invoice.total
            client.answers.invoices.get(invoice.id).data.pay_from_credit()
    answer: Answer[list[Service]] = client.answers.services.list()
    for service in answer.data:
        print(service["name"], service.upgrade.options().resources, [item.id for item in service.vms.list()])
    return total + cost


async def at_once(client: AsyncClient) -> Decimal:
    service: Service = await client.services.get(1)
    answer: Answer[list[Service]] = await client.answers.services.list(options={"timeout": 5})
    total = sum((invoice.total for invoice in await client.invoices.list()), Decimal(0))
    await client.with_options(tag="quick").servers.reboot(service.id)
    print([row.name for row in answer.data], [item async for item in client.pages("invoices.list")])
    client.services.list().name  # type: ignore[attr-defined]  # noqa: B018
    return total


def wait(server: Server) -> bool:
    done: bool = server.reboot().wait(progress=True, on_progress=lambda progress: print(progress["polls"]))["done"]
    return done


def main() -> None:
    with Sandbox("time4vps") as sandbox, sandbox.client(timeout=10.0) as client:
        quick = client.with_options(timeout=5, tag="quick")
        names: list[str] = [service.name for service in quick.services.list()]
        print(names, catalog("time4vps")["title"])
        try:
            task = client.servers.web_console(110, timeout="1h", whitelabel=True).task_id
            client.call("GET /server/{server_id}/task/{task_id}", {"server_id": 110, "task_id": task})
            client.call("invoices.apply_credit", invoice_id=1, amount=Decimal("1.50"))
        except OutcomeUnknownError as error:
            print(error.operation, error.http_status, error.portal_errors)
        except UsageError as error:
            print([field["nearest"] for field in error.fields])
        except HostbillError as error:
            print(error.error_class, error.status, error.retryable)


def many(client: Client, ids: list[int]) -> list[str]:
    with Ledger("file", account="me") as ledger:
        for item in client.batch([Call("servers.get", {"server_id": 1}), "account.balance"], ledger=ledger):
            if item.error is not None:
                print(item.index, item.error.message)
                ledger.settle(item, "ambiguous")
    limited = Client.from_profile("work", rate_limit=SharedLimit("redis://127.0.0.1", per_second=5))
    return [item.data.domain for item in limited.map("servers.get", ids, ordered=False, in_flight=4) if item.ok]


def mistakes(client: Client) -> None:
    client.batch(["account.balance"], order=True)  # type: ignore[call-arg]
    client.batch([7])  # type: ignore[list-item]
    print(client.invoices.get(1).totl)  # type: ignore[attr-defined]
    client.orders.quote(items=[{"type": "product", "product": 1}])  # type: ignore[typeddict-unknown-key]
    client.servers.get(1).rename(name="www")  # type: ignore[call-arg]
    wrong: str = client.invoices.get(1).total  # type: ignore[assignment]
    print(wrong)
    client.servers.web_console(110, timeout="2h", whitelabel=True)  # type: ignore[arg-type]
    client.servers.reboot()  # type: ignore[call-arg]
    client.servers.reboot(1, options={"timout": 5})  # type: ignore[arg-type]
    client.servers.rebot(1)  # type: ignore[attr-defined]
    Client(portal="time4vps", usrname="me")  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
