import io.hostbill.Client;
import io.hostbill.Sandbox;
import io.hostbill.operations.DnsRecords;
import io.hostbill.operations.DnsZones;
import io.hostbill.operations.ServersTasks;
import io.hostbill.results.DnsRecord;
import io.hostbill.results.DnsZonesFindResult;
import io.hostbill.results.Invoice;
import io.hostbill.results.ServerEntry;
import io.hostbill.results.Task;
import io.hostbill.results.Waited;
import io.hostbill.results.Zone;
import java.util.List;

/**
 * A domain's DNS zone is found by whole labels, a TXT record added, read back and removed; then unpaid invoices, and a
 * server that is rebooted.
 *
 * <p>Without HOSTBILL_BASE_URL, HOSTBILL_USERNAME and HOSTBILL_PASSWORD it starts a sandbox. HOSTBILL_PORTAL is the portal:
 * time4vps where nothing is said; of those known by name it alone has both zones of DNS services and such servers.
 *
 * <pre>java -cp hostbill-0.1.0.jar dns_and_servers.java</pre>
 */
class DnsAndServers {
    public static void main(String[] arguments) {
        String portal = System.getenv().getOrDefault("HOSTBILL_PORTAL", "time4vps");
        String url = System.getenv("HOSTBILL_BASE_URL");
        if (url == null || url.isEmpty()) {
            try (Sandbox sandbox = Sandbox.builder().portal(portal).start(); Client client = sandbox.client()) {
                visit(client);
            }
        } else {
            String username = System.getenv("HOSTBILL_USERNAME");
            String password = System.getenv("HOSTBILL_PASSWORD");
            try (Client client = Client.builder().portal(portal).baseUrl(url).username(username).password(password).build()) {
                visit(client);
            }
        }
    }

    private static void visit(Client client) {
        records(client);
        invoices(client);
        reboot(client);
    }

    private static void records(Client client) {
        DnsZonesFindResult zone = client.dns().zones().find(new DnsZones.FindParams().name("_acme-challenge.www.example.net"))
                .as(DnsZonesFindResult::new);
        long service = zone.serviceId();
        long id = zone.zoneId();
        String name = zone.relative();
        System.out.println("zone " + zone.zone() + " holds " + name);
        client.dns().records().create(service, id, new DnsRecords.CreateParams().name(name).type("TXT").content("token-1"));
        for (DnsRecord record : texts(client, service, id, name)) {
            System.out.println("read back " + record.type() + " " + record.content().text());
            client.dns().records().delete(service, id, record.id());
        }
        System.out.println("removed, " + texts(client, service, id, name).size() + " left");
    }

    /** The TXT records of a name. */
    private static List<DnsRecord> texts(Client client, long service, long zone, String name) {
        return client.dns().zones().get(service, zone).as(Zone::new).records().stream()
                .filter(record -> record.type().equals("TXT") && record.name().equals(name))
                .toList();
    }

    private static void invoices(Client client) {
        for (Invoice invoice : client.invoices().list().listOf(Invoice::new)) {
            if (Invoice.Status.UNPAID.equals(invoice.status())) {
                System.out.println("invoice " + invoice.id() + " is unpaid: " + invoice.total() + " " + invoice.currency());
            }
        }
    }

    private static void reboot(Client client) {
        ServerEntry server = client.servers().list().listOf(ServerEntry::new).get(0);
        long id = server.serverId();
        Task task = client.servers().reboot(id).as(Task::new);
        Waited waited = client.servers().tasks().wait_(new ServersTasks.WaitParams().serverId(id).taskId(task.taskId()))
                .as(Waited::new);
        System.out.println("server " + id + " rebooted: " + waited.done());
    }
}
