package org.isengard.dicomweb.client;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/**
 * Talks to other DICOMweb servers. Bodies stream both ways, and a server that says nothing for the time of HttpTimeout ends
 * the call.
 */
@Component(
        service = WebClient.class,
        configurationPid = "org.isengard",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class WebClient {
    public @interface Config {
        int HttpTimeout();

        String HttpProxy();

        boolean HttpsVerifyPeers();

        String HttpsCACertificates();

        String isengard_workdir() default ".";
    }

    /** Writes the body of a request. */
    @FunctionalInterface
    interface Body {
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * A request.
     *
     * @param path below the URL of the server, with or without a slash in front
     * @param arguments of the query, not encoded
     * @param headers those of the request go before those of the server
     * @param body null for none
     * @param length of the body in bytes
     */
    record Call(
            String method,
            String path,
            Map<String, String> arguments,
            Map<String, String> headers,
            Body body,
            long length) {
        static Call get(String path, Map<String, String> arguments, Map<String, String> headers) {
            return new Call("GET", path, arguments, headers, null, 0);
        }
    }

    /** An answer of status 200 to 299, or of 409 to a request with a body. */
    record Answer(int status, String contentType, InputStream body, HttpURLConnection connection) implements Closeable {
        @Override
        public void close() throws IOException {
            body.close();
        }
    }

    private final Config config;

    @Activate
    public WebClient(Config config) {
        this.config = config;
    }

    /**
     * Sends a request.
     *
     * @throws IsengardException NETWORK_PROTOCOL when there is no answer in time or an unexpected one, UNKNOWN_RESOURCE,
     *     BAD_REQUEST, UNAUTHORIZED or FORBIDDEN when the server says so
     */
    Answer send(WebServer server, Call call) {
        if (server.pkcs11() || !server.certificateFile().isEmpty()) {
            throw new IsengardException(
                    ErrorCode.NOT_IMPLEMENTED,
                    "Client certificates towards DICOMweb servers are not supported: " + server.name());
        }
        try {
            HttpURLConnection connection = open(server, call);
            if (call.body != null) {
                connection.setDoOutput(true);
                connection.setFixedLengthStreamingMode(call.length);
                try (OutputStream out = connection.getOutputStream()) {
                    call.body.writeTo(out);
                }
            }
            int status = connection.getResponseCode();
            if (status >= 200 && status < 300) {
                return new Answer(
                        status, String.valueOf(connection.getContentType()), connection.getInputStream(), connection);
            }
            InputStream error = connection.getErrorStream();
            if (status == 409 && call.body != null && error != null) {
                return new Answer(status, String.valueOf(connection.getContentType()), error, connection);
            }
            connection.disconnect();
            throw refused(server, call, status);
        } catch (IOException | IllegalArgumentException e) {
            throw failure(server, String.valueOf(e), e);
        }
    }

    private HttpURLConnection open(WebServer server, Call call) throws IOException {
        StringBuilder url = new StringBuilder(server.url());
        url.append(call.path.startsWith("/") ? call.path.substring(1) : call.path);
        char separator = '?';
        for (Map.Entry<String, String> argument : call.arguments.entrySet()) {
            url.append(separator).append(encode(argument.getKey())).append('=').append(encode(argument.getValue()));
            separator = '&';
        }
        URI uri = URI.create(url.toString());
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(proxy());
        if (connection instanceof HttpsURLConnection https) {
            secure(https);
        }
        connection.setRequestMethod(call.method);
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        int timeout = (server.timeout() > 0 ? server.timeout() : config.HttpTimeout()) * 1000;
        connection.setConnectTimeout(timeout);
        connection.setReadTimeout(timeout);
        if (!server.username().isEmpty() || !server.password().isEmpty()) {
            connection.setRequestProperty(
                    "Authorization",
                    "Basic "
                            + Base64.getEncoder()
                                    .encodeToString((server.username() + ":" + server.password())
                                            .getBytes(StandardCharsets.UTF_8)));
        }
        server.headers().forEach(connection::setRequestProperty);
        call.headers.forEach(connection::setRequestProperty);
        return connection;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private Proxy proxy() {
        String proxy = config.HttpProxy().replaceFirst("^https?://", "").replaceFirst("^[^@]*@", "");
        int colon = proxy.lastIndexOf(':');
        if (colon <= 0) {
            return Proxy.NO_PROXY;
        }
        return new Proxy(
                Proxy.Type.HTTP,
                new InetSocketAddress(proxy.substring(0, colon), Integer.parseInt(proxy.substring(colon + 1))));
    }

    private void secure(HttpsURLConnection https) throws IOException {
        try {
            TrustManager[] trust = null;
            if (!config.HttpsVerifyPeers()) {
                trust = new TrustManager[] {new TrustAll()};
                https.setHostnameVerifier((host, session) -> true);
            } else if (!config.HttpsCACertificates().isEmpty()) {
                trust = trusted(Path.of(config.isengard_workdir()).resolve(config.HttpsCACertificates()));
            }
            if (trust != null) {
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(null, trust, null);
                https.setSSLSocketFactory(context.getSocketFactory());
            }
        } catch (GeneralSecurityException e) {
            throw new IOException("The certificates of HttpsCACertificates cannot be used: " + e.getMessage(), e);
        }
    }

    private static TrustManager[] trusted(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        for (Certificate certificate : CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)))) {
            store.setCertificateEntry("ca-" + number++, certificate);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    /** For HttpsVerifyPeers false. */
    private static final class TrustAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private static IsengardException refused(WebServer server, Call call, int status) {
        ErrorCode code = switch (status) {
            case 400 -> ErrorCode.BAD_REQUEST;
            case 401 -> ErrorCode.UNAUTHORIZED;
            case 403 -> ErrorCode.FORBIDDEN;
            case 404 -> ErrorCode.UNKNOWN_RESOURCE;
            default -> ErrorCode.NETWORK_PROTOCOL;
        };
        return new IsengardException(
                code,
                "DICOMweb server \"" + server.name() + "\" answers " + call.method + " " + call.path + " with status "
                        + status);
    }

    static IsengardException failure(WebServer server, String why, Throwable cause) {
        return new IsengardException(
                ErrorCode.NETWORK_PROTOCOL,
                "DICOMweb server \"" + server.name() + "\" (" + server.url() + "): " + why,
                cause);
    }
}
