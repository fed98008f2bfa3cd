"""Ordering with care: look first, know the price, and know what to do when no answer comes."""

from decimal import Decimal

from hostbill import Client, OutcomeUnknownError, ReadOnlyError, Sandbox


def order(client: Client, product_id: int, limit: Decimal) -> None:
    quote = client.orders.quote(items=[{"type": "product", "product_id": product_id}])["summary"]
    if quote["total"] > limit:
        print("too dear:", quote["total"])
        return
    try:
        placed = client.orders.create(product_id, options={"timeout": 30, "tag": "careful"})
    except OutcomeUnknownError as problem:
        # It may have been placed. Ordering again could buy it twice: look at the invoices first.
        print("no answer:", problem)
        print(client.invoices.list()["invoices"][0])
        return
    print("ordered:", placed["order_num"], "invoice:", placed["invoice_id"])


with Sandbox(portal="generic") as sandbox:
    product_id = sandbox.ids["product_id"]
    with sandbox.client(read_only=True) as looking:
        try:
            order(looking, product_id, limit=Decimal(1000))
        except ReadOnlyError as refused:
            print("refused, as it should be:", refused)
    with sandbox.client() as client:
        print(client.orders.create(product_id, options={"dry_run": True})["curl"])
        order(client, product_id, limit=Decimal(1000))
