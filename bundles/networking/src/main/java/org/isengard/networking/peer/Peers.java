package org.isengard.networking.peer;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.index.Index;
import org.isengard.networking.remote.RemoteRegistry;
import org.isengard.networking.remote.ServerConfiguration;
import org.isengard.runtime.swap.Lease;
import org.isengard.runtime.swap.SwapTimeout;
import org.isengard.runtime.tls.PemTls;
import org.isengard.runtime.tls.TlsException;
import org.isengard.runtime.tls.TrustEverybody;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;

/**
 * The peers that are declared, and how we talk with them. One HTTP client for each set of certificates, so that
 * connections are used again; made anew when the files have changed.
 */
@Component(
        service = Peers.class,
        configurationPid = ServerConfiguration.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class Peers {
    /** Longest answer of a peer, in bytes: it describes an instance or the peer itself. */
    private static final int LONGEST_ANSWER = 4 << 20;

    private static final int MOST_CLIENTS = 16;

    public @interface Config {
        String OrthancPeers();

        boolean OrthancPeersInDatabase();

        /** In seconds; 0 for no limit. */
        int HttpTimeout();

        /** {@code host:port}, with {@code http://} and {@code user:password@} in front if need be. */
        String HttpProxy();

        boolean HttpsVerifyPeers();

        String HttpsCACertificates();

        String isengard_workdir() default ".";
    }

    /** The settings from which an HTTP client is made. */
    private record Identity(String certificate, String key, String password, long modified) {}

    private final Config config;
    private final Path directory;
    private final RemoteRegistry<Peer> declared;
    private final URI proxy;
    /** The header that the proxy wants, "" for none. */
    private final String proxyCredentials;

    private final Map<Identity, HttpClient> clients = new LinkedHashMap<>(16, 0.75f, true);

    /** Needed with OrthancPeersInDatabase only. */
    /** Used with the option OrthancPeersInDatabase alone. */
    private final Lease<Index> index;

    @Activate
    public Peers(Config config, BundleContext context) {
        this(config, Lease.follow(context, Index.class, "feature index", SwapTimeout.of(context)));
    }

    Peers(Config config, Lease<Index> index) {
        this.index = index;
        this.config = config;
        directory = Path.of(config.isengard_workdir());
        proxy = config.HttpProxy().isEmpty() ? null : proxy(config.HttpProxy());
        proxyCredentials = proxy == null || proxy.getUserInfo() == null ? "" : basic(proxy.getUserInfo());
        declared = new RemoteRegistry<>(
                "OrthancPeers",
                config.OrthancPeers(),
                Peer::parse,
                Peer::toJson,
                config.OrthancPeersInDatabase() ? index : null);
    }

    @Deactivate
    void close() {
        index.end();
    }

    RemoteRegistry<Peer> declared() {
        return declared;
    }

    /** @throws IsengardException UNKNOWN_RESOURCE when there is none of this name */
    Peer named(String name) {
        return declared.get(name)
                .orElseThrow(() -> new IsengardException(ErrorCode.UNKNOWN_RESOURCE, "No such peer: " + name));
    }

    /**
     * Sends a request and reads the answer.
     *
     * @param path below the URL of the peer
     * @param body null for GET, else POST
     * @param encoding the Content-Encoding of the body, "" for none
     * @return the body of the answer
     * @throws IsengardException NETWORK_PROTOCOL when there is none in time, or one that is not 200
     */
    byte[] call(Peer peer, String path, HttpRequest.BodyPublisher body, String encoding) {
        int seconds = peer.timeout() > 0 ? peer.timeout() : config.HttpTimeout();
        HttpRequest.Builder request = request(peer, path);
        if (!proxyCredentials.isEmpty()) {
            request.setHeader("Proxy-Authorization", proxyCredentials);
        }
        if (body != null) {
            request.POST(body);
        }
        if (!encoding.isEmpty()) {
            request.header("Content-Encoding", encoding);
        }
        if (seconds > 0) {
            request.timeout(Duration.ofSeconds(seconds));
        }
        HttpResponse<Collected> answer;
        try {
            answer = send(peer, request.build(), seconds, true);
        } catch (StaleConnectionException e) {
            // Storing twice does no harm, so what may have arrived may be sent again.
            answer = send(peer, request.build(), seconds, false);
        }
        if (answer.statusCode() != 200) {
            throw failure(peer, "answers " + path + " with status " + answer.statusCode(), null);
        }
        return answer.body().bytes(peer);
    }

    /** The connection broke before an answer came, as one does that was kept open too long. */
    private static final class StaleConnectionException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StaleConnectionException(Throwable cause) {
            super(cause);
        }
    }

    private HttpResponse<Collected> send(Peer peer, HttpRequest request, int seconds, boolean mayBeStale) {
        CompletableFuture<HttpResponse<Collected>> future = client(peer).sendAsync(request, info -> subscriber());
        try {
            return seconds > 0 ? future.get(seconds, TimeUnit.SECONDS) : future.get();
        } catch (ExecutionException e) {
            if (mayBeStale && isStale(e.getCause())) {
                throw new StaleConnectionException(e.getCause());
            }
            throw failure(peer, String.valueOf(e.getCause()), e.getCause());
        } catch (TimeoutException e) {
            throw failure(peer, "no answer within " + seconds + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure(peer, "interrupted", e);
        } finally {
            future.cancel(true);
        }
    }

    private static boolean isStale(Throwable cause) {
        return cause instanceof IOException
                && !(cause instanceof ConnectException
                        || cause instanceof HttpTimeoutException
                        || cause instanceof SSLException);
    }

    private static HttpResponse.BodySubscriber<Collected> subscriber() {
        var collected = new Collected();
        return BodySubscribers.mapping(
                BodySubscribers.ofByteArrayConsumer(part -> part.ifPresent(collected::add)), nothing -> collected);
    }

    /** The body of an answer, at most {@link #LONGEST_ANSWER} bytes of it. */
    private static final class Collected {
        private byte[] bytes = new byte[0];
        private boolean tooLong;

        void add(byte[] part) {
            if (part.length > LONGEST_ANSWER - bytes.length) {
                tooLong = true;
            } else {
                int length = bytes.length;
                bytes = Arrays.copyOf(bytes, length + part.length);
                System.arraycopy(part, 0, bytes, length, part.length);
            }
        }

        byte[] bytes(Peer peer) {
            if (tooLong) {
                throw failure(peer, "answers more than " + LONGEST_ANSWER + " bytes", null);
            }
            return bytes;
        }
    }

    private static HttpRequest.Builder request(Peer peer, String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(peer.resolve(path));
        if (!peer.username().isEmpty() || !peer.password().isEmpty()) {
            request.header("Authorization", basic(peer.username() + ":" + peer.password()));
        }
        try {
            // A header given by the operator wins, so that a token may stand where the user name would.
            peer.headers().forEach(request::setHeader);
        } catch (IllegalArgumentException e) {
            throw failure(peer, "has a header that cannot be sent: " + e.getMessage(), e);
        }
        return request;
    }

    private synchronized HttpClient client(Peer peer) {
        if (peer.pkcs11()) {
            throw new IsengardException(
                    ErrorCode.NOT_IMPLEMENTED, "Keys in a PKCS #11 device are not supported: peer " + peer.name());
        }
        long modified = modified(peer.certificateFile())
                ^ modified(peer.keyFile()) << 1
                ^ modified(config.HttpsCACertificates()) << 2;
        var identity = new Identity(peer.certificateFile(), peer.keyFile(), peer.keyPassword(), modified);
        HttpClient client = clients.computeIfAbsent(identity, this::make);
        while (clients.size() > MOST_CLIENTS) {
            clients.remove(clients.keySet().iterator().next());
        }
        return client;
    }

    private long modified(String file) {
        try {
            return file.isEmpty()
                    ? 0
                    : Files.getLastModifiedTime(directory.resolve(file)).toMillis();
        } catch (IOException e) {
            throw new IsengardException(
                    ErrorCode.INCOMPATIBLE_CONFIGURATIONS, "TLS: " + directory.resolve(file) + ": " + e, e);
        }
    }

    private HttpClient make(Identity identity) {
        try {
            return makeClient(identity);
        } catch (TlsException e) {
            throw new IsengardException(ErrorCode.INCOMPATIBLE_CONFIGURATIONS, e.getMessage(), e);
        }
    }

    private HttpClient makeClient(Identity identity) {
        KeyManager[] keys = identity.certificate().isEmpty()
                ? null
                : PemTls.keys(
                        directory.resolve(identity.certificate()),
                        directory.resolve(identity.key().isEmpty() ? identity.certificate() : identity.key()),
                        identity.password());
        TrustManager[] trust = null;
        if (!config.HttpsVerifyPeers()) {
            trust = new TrustManager[] {new TrustEverybody()};
        } else if (!config.HttpsCACertificates().isEmpty()) {
            trust = PemTls.trust(directory.resolve(config.HttpsCACertificates()));
        }
        HttpClient.Builder client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .sslContext(PemTls.context(keys, trust));
        if (config.HttpTimeout() > 0) {
            client.connectTimeout(Duration.ofSeconds(config.HttpTimeout()));
        }
        if (proxy != null) {
            client.proxy(ProxySelector.of(new InetSocketAddress(proxy.getHost(), proxy.getPort())));
        }
        return client.build();
    }

    private static String basic(String userAndPassword) {
        return "Basic " + Base64.getEncoder().encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
    }

    private static URI proxy(String option) {
        try {
            URI proxy = URI.create(option.contains("://") ? option : "http://" + option);
            if (proxy.getHost() != null && proxy.getPort() > 0) {
                return proxy;
            }
        } catch (IllegalArgumentException e) {
            throw noProxy(option);
        }
        throw noProxy(option);
    }

    private static IsengardException noProxy(String option) {
        return new IsengardException(
                ErrorCode.INCOMPATIBLE_CONFIGURATIONS,
                // The part in front of the host may be a password.
                "HttpProxy must be host:port or user:password@host:port, not ..." + option.replaceAll(".*@", "@"));
    }

    static IsengardException failure(Peer peer, String why, Throwable cause) {
        return new IsengardException(
                ErrorCode.NETWORK_PROTOCOL, "Peer \"" + peer.name() + "\" (" + peer.url() + "): " + why, cause);
    }
}
