"""The ten lines to begin with: start a sandbox, ask it something, and handle a failure."""

from hostbill import HostbillError, Sandbox

with Sandbox(portal="coloup") as sandbox, sandbox.client() as client:
    for service in client.services.list():
        print(service["id"], service["name"], service["status"])
    try:
        client.invoices.get(999999)
    except HostbillError as error:
        print("as expected:", error)
