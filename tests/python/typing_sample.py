"""A program as users write it; mypy --strict must accept it, and reject the lines marked as wrong."""

from decimal import Decimal

from hostbill import Answer, Client, HostbillError, Options, OutcomeUnknownError, Sandbox, UsageError, catalog


def buy(client: Client, product_id: int) -> str:
    options: Options = {"timeout": 30, "tag": "buying"}
    order = client.orders.create(product_id, cycle="m", custom={1618: {10330: 1}}, options=options)
    number: str = order["order_num"]
    return number


def add_record(client: Client, service_id: int, zone_id: str) -> Answer:
    return client.answers.dns.records.create(service_id, zone_id, name="www", type="A", content="192.0.2.1", ttl=3600)


def main() -> None:
    with Sandbox("time4vps") as sandbox, sandbox.client(timeout=10.0) as client:
        quick = client.with_options(timeout=5, tag="quick")
        names: list[str] = [row["name"] for row in quick.services.list()]
        print(names, catalog("time4vps")["title"])
        try:
            task = client.servers.web_console(110, timeout="1h", whitelabel=True)["task_id"]
            client.call("GET /server/{server_id}/task/{task_id}", {"server_id": 110, "task_id": task})
            client.call("invoices.apply_credit", invoice_id=1, amount=Decimal("1.50"))
        except OutcomeUnknownError as error:
            print(error.operation, error.http_status, error.portal_errors)
        except UsageError as error:
            print([field["nearest"] for field in error.fields])
        except HostbillError as error:
            print(error.error_class, error.status, error.retryable)


def mistakes(client: Client) -> None:
    client.servers.web_console(110, timeout="2h", whitelabel=True)  # type: ignore[arg-type]
    client.servers.reboot()  # type: ignore[call-arg]
    client.servers.reboot(1, options={"timout": 5})  # type: ignore[arg-type]
    client.servers.rebot(1)  # type: ignore[attr-defined]
    Client(portal="time4vps", usrname="me")  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
