import com.fasterxml.jackson.databind.ObjectMapper;
import io.hostbill.CallOptions;
import io.hostbill.Client;
import io.hostbill.ClientBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Map;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** The contestants in Java: Contestants NAME, with the settings in the environment. */
class Contestants {
    private static final String URL = System.getenv("BENCH_URL");
    private static final String CA_FILE = System.getenv("BENCH_CA_FILE");

    /** Makes one call; its invoices. */
    private interface Call {
        List<?> make() throws Exception;
    }

    private static Client client() {
        ClientBuilder builder = Client.builder().portal("coloup").baseUrl(System.getenv("BENCH_BASE")).auth("none");
        return (CA_FILE.isEmpty() ? builder : builder.caFile(CA_FILE)).build();
    }

    private static Call hostbill() {
        Client client = client();
        return () -> (List<?>) client.invoices().list().value();
    }

    private static Call hostbillRaw() {
        Client client = client();
        CallOptions raw = new CallOptions().raw(true);
        return () -> (List<?>) ((Map<?, ?>) client.call("invoices.list", Map.of(), raw).value()).get("invoices");
    }

    private static SSLContext tls() throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(Path.of(CA_FILE))) {
            store.setCertificateEntry("server", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static Call httpClient() throws Exception {
        HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
        HttpClient client = (CA_FILE.isEmpty() ? builder : builder.sslContext(tls())).build();
        HttpRequest request = HttpRequest.newBuilder(URI.create(URL)).build();
        ObjectMapper mapper = new ObjectMapper();
        return () -> {
            HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw new IOException("status " + answer.statusCode());
            }
            return (List<?>) mapper.readValue(answer.body(), Map.class).get("invoices");
        };
    }

    /** It keeps connections open, and gives one back once an answer has been read to its end. */
    private static Call urlConnection() throws Exception {
        java.net.URL url = URI.create(URL).toURL();
        SSLSocketFactory sockets = CA_FILE.isEmpty() ? null : tls().getSocketFactory();
        ObjectMapper mapper = new ObjectMapper();
        return () -> {
            HttpURLConnection connection = (HttpURLConnection) url.openConnection();
            if (connection instanceof HttpsURLConnection secure) {
                secure.setSSLSocketFactory(sockets);
            }
            if (connection.getResponseCode() != 200) {
                throw new IOException("status " + connection.getResponseCode());
            }
            try (InputStream body = connection.getInputStream()) {
                return (List<?>) mapper.readValue(body.readAllBytes(), Map.class).get("invoices");
            }
        };
    }

    public static void main(String[] arguments) throws Exception {
        Call call = switch (arguments[0]) {
            case "hostbill" -> hostbill();
            case "hostbill_raw" -> hostbillRaw();
            case "http_client" -> httpClient();
            case "url_connection" -> urlConnection();
            default -> throw new IllegalArgumentException(arguments[0]);
        };
        System.out.printf("{\"Java\":\"%s\",\"Jackson\":\"%s\"}%n", Runtime.version().feature() + "." + Runtime.version().interim()
                + "." + Runtime.version().update(), com.fasterxml.jackson.databind.cfg.PackageVersion.VERSION);
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            long total = 0;
            List<?> invoices = List.of();
            for (long left = Long.parseLong(line); left > 0; left--) {
                invoices = call.make();
                total += invoices.size();
            }
            System.out.println(total + " " + ((Map<?, ?>) invoices.get(invoices.size() - 1)).get("id"));
        }
        System.exit(0);
    }
}
