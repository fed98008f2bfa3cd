"""Ordering with care: look first, know the price, and find out what became of an order whose answer was lost."""

from decimal import Decimal

from hostbill import Client, OutcomeUnknownError, ReadOnlyError, Sandbox


def order(client: Client, product_id: int, limit: Decimal) -> None:
    quote = client.orders.quote(items=[{"type": "product", "product_id": product_id}])["summary"]
    if Decimal(quote["total"]) > limit:
        print("too dear:", quote["total"])
        return
    try:
        # The baseline is a look at what is there before, so that afterwards what is new is certain to be ours.
        placed = client.orders.create(product_id, options={"timeout": 30, "baseline": True})
    except OutcomeUnknownError as problem:
        print("no answer:", problem)
        print("so was it ordered?", client.reconcile(**problem.reconcile)["verdict"])
    else:
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
        # Now the portal takes the order, and its answer gets lost on the way.
        sandbox.control("fault", operation="orders.create", fault={"kind": "lost_reply"})
        order(client, product_id, limit=Decimal(1000))
        print("orders in the portal's books:", sandbox.ledger()["orders.create"])
