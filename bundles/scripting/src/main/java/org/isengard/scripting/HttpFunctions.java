package org.isengard.scripting;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** HttpGet and its like: calls of other servers. What fails gives nil, with a line in the log. */
final class HttpFunctions {
    /** Of the configuration. @param timeoutSeconds 0 for the default; @param proxy host:port, "" for none */
    record Settings(int timeoutSeconds, String proxy, boolean verifyPeers) {}

    private static final Logger LOG = LoggerFactory.getLogger(HttpFunctions.class);
    private static final int DEFAULT_SECONDS = 60;
    private static final int MAX_SECONDS = 24 * 3600;

    private final Settings settings;
    private HttpClient client;
    private String credentials = "";
    private int seconds;

    HttpFunctions(Settings settings) {
        this.settings = settings;
        seconds = settings.timeoutSeconds() > 0 ? settings.timeoutSeconds() : DEFAULT_SECONDS;
    }

    void addTo(Map<String, ProxyExecutable> functions) {
        functions.put("HttpGet", arguments -> http("GET", false, arguments));
        functions.put("HttpDelete", arguments -> http("DELETE", false, arguments));
        functions.put("HttpPost", arguments -> http("POST", true, arguments));
        functions.put("HttpPut", arguments -> http("PUT", true, arguments));
        functions.put("SetHttpCredentials", this::setCredentials);
        functions.put("SetHttpTimeout", this::setTimeout);
    }

    private Object setCredentials(Value... arguments) {
        if (arguments.length != 2 || !arguments[0].isString() || !arguments[1].isString()) {
            LOG.error("A script called SetHttpCredentials with wrong arguments");
            return null;
        }
        String pair = arguments[0].asString() + ":" + arguments[1].asString();
        credentials = ":".equals(pair)
                ? ""
                : "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        return null;
    }

    private Object setTimeout(Value... arguments) {
        if (arguments.length != 1 || !arguments[0].fitsInDouble() || arguments[0].asDouble() < 0) {
            LOG.error("A script called SetHttpTimeout with wrong arguments");
            return null;
        }
        int wished = (int) Math.min(MAX_SECONDS, Math.ceil(arguments[0].asDouble()));
        seconds = wished == 0 ? DEFAULT_SECONDS : wished;
        return null;
    }

    /** HttpGet(url, headers), HttpPost(url, body, headers). */
    private Object http(String method, boolean hasBody, Value... arguments) {
        int headersAt = hasBody ? 2 : 1;
        if (arguments.length == 0
                || !arguments[0].isString()
                || (hasBody && arguments.length > 1 && !arguments[1].isString() && !arguments[1].isNull())) {
            LOG.error("A script called Http{} with wrong arguments", method);
            return null;
        }
        String url = arguments[0].asString();
        byte[] body = hasBody && arguments.length > 1 && arguments[1].isString()
                ? ServerFunctions.bytes(arguments[1])
                : new byte[0];
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                    .timeout(Duration.ofSeconds(seconds))
                    .method(
                            method,
                            hasBody
                                    ? HttpRequest.BodyPublishers.ofByteArray(body)
                                    : HttpRequest.BodyPublishers.noBody());
            if (!credentials.isEmpty()) {
                request.header("Authorization", credentials);
            }
            if (arguments.length > headersAt) {
                ServerFunctions.headers(arguments[headersAt]).forEach(request::setHeader);
            }
            HttpResponse<byte[]> answer = client().send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() < 200 || answer.statusCode() >= 300) {
                LOG.error("A script called {} {}, which answered {}", method, url, answer.statusCode());
                return null;
            }
            return ByteBuffer.wrap(answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            LOG.error("A script called {} {}, which failed: {}", method, url, e.toString());
            return null;
        }
    }

    private HttpClient client() throws GeneralSecurityException {
        if (client == null) {
            HttpClient.Builder builder = HttpClient.newBuilder()
                    .connectTimeout(Duration.ofSeconds(seconds))
                    .followRedirects(HttpClient.Redirect.NORMAL);
            int colon = settings.proxy().lastIndexOf(':');
            if (colon > 0) {
                String host = settings.proxy().substring(0, colon).replaceFirst("^\\w+://", "");
                builder.proxy(ProxySelector.of(new InetSocketAddress(
                        host, Integer.parseInt(settings.proxy().substring(colon + 1)))));
            }
            if (!settings.verifyPeers()) {
                SSLContext trusting = SSLContext.getInstance("TLS");
                trusting.init(null, new TrustManager[] {new TrustEverybody()}, null);
                builder.sslContext(trusting);
            }
            client = builder.build();
        }
        return client;
    }

    /** For HttpsVerifyPeers = false: the operator has said that nobody is checked. */
    private static final class TrustEverybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
