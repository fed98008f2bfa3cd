import io.hostbill.Client;
import io.hostbill.Data;
import io.hostbill.Sandbox;
import io.hostbill.operations.DnsRecords;
import io.hostbill.operations.DnsZones;
import io.hostbill.operations.ServersTasks;
import java.util.ArrayList;
import java.util.List;

/**
 * A domain's DNS zone is found by whole labels, a TXT record added, read back and removed; then unpaid invoices, and a
 * server that is rebooted.
 *
 * <p>Without HOSTBILL_BASE_URL, HOSTBILL_USERNAME and HOSTBILL_PASSWORD it starts a sandbox. HOSTBILL_PORTAL is the portal.
 *
 * <pre>java -cp hostbill-0.1.0.jar:jackson-core-2.17.2.jar dns_and_servers.java</pre>
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
        Data zone = client.dns().zones().find(new DnsZones.FindParams().name("_acme-challenge.www.example.net"));
        long service = zone.get("service_id").integer();
        long id = zone.get("zone_id").integer();
        String name = zone.get("relative").text();
        System.out.println("zone " + zone.get("zone").text() + " holds " + name);
        client.dns().records().create(service, id, new DnsRecords.CreateParams().name(name).type("TXT").content("token-1"));
        for (Data record : texts(client, service, id, name)) {
            System.out.println("read back " + record.get("type").text() + " " + record.get("content").text());
            client.dns().records().delete(service, id, record.get("id").integer());
        }
        System.out.println("removed, " + texts(client, service, id, name).size() + " left");
    }

    /** The TXT records of a name. */
    private static List<Data> texts(Client client, long service, long zone, String name) {
        List<Data> found = new ArrayList<>();
        for (Data record : client.dns().zones().get(service, zone).get("records")) {
            if (record.get("type").text().equals("TXT") && record.get("name").text().equals(name)) {
                found.add(record);
            }
        }
        return found;
    }

    private static void invoices(Client client) {
        for (Data invoice : client.invoices().list()) {
            if (invoice.get("status").text().equals("Unpaid")) {
                System.out.println("invoice " + invoice.get("id").integer() + " is unpaid: " + invoice.get("total").text() + " "
                        + invoice.get("currency").text());
            }
        }
    }

    private static void reboot(Client client) {
        for (Data server : client.servers().list()) {
            long id = server.get("server_id").integer();
            Data task = client.servers().reboot(id);
            Data waited = client.servers().tasks().wait_(
                    new ServersTasks.WaitParams().serverId(id).taskId(task.get("task_id").text()));
            System.out.println("server " + id + " rebooted: " + waited.get("done").flag());
            break;
        }
    }
}
