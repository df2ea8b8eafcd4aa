package org.isengard.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.isengard.rest.kit.PluginCalls;
import org.isengard.rest.kit.access.AccessPlugins;
import org.isengard.runtime.Json;
import org.isengard.runtime.options.ConfigurationException;
import org.isengard.runtime.options.OptionValues;
import org.isengard.runtime.tls.TlsException;
import org.isengard.runtime.tls.TlsFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The options that decide where the server listens and which clients it admits. */
final class HttpAccess {
    /** Options of the ports and of access. */
    interface Config {
        boolean HttpServerEnabled();

        int HttpPort();

        int HttpThreadsCount();

        String[] HttpBindAddresses();

        boolean KeepAlive();

        int HttpRequestTimeout();

        int HttpMinimumBodyRate();

        int MaximumRequestBodySizeMB();

        boolean SslEnabled();

        String SslCertificate();

        String SslCertificatePassword();

        int SslMinimumProtocolVersion();

        String[] SslCiphersAccepted();

        boolean SslVerifyPeers();

        String SslTrustedClientCertificates();

        boolean RemoteAccessAllowed();

        boolean AuthenticationEnabled();

        String RegisteredUsers();

        String Authorization();

        boolean DicomServerEnabled();

        int DicomPort();

        boolean DicomTlsEnabled();

        String DicomTlsCertificate();

        String DicomTlsPrivateKey();

        String DicomTlsTrustedCertificates();

        boolean DicomTlsRemoteCertificateRequired();

        int DicomTlsMinimumProtocolVersion();

        String[] DicomTlsCiphersAccepted();
    }

    private static final String CHECKED = "isengard.checked.ports";
    private static final String NO_USERS = "{}";
    private static final Logger LOG = LoggerFactory.getLogger(HttpAccess.class);

    private final Config config;
    private final Path workdir;
    private final List<String> hosts;

    /**
     * Checks who may come in.
     *
     * @param workdir relative paths start here
     * @throws ConfigurationException when everybody could come in and that is not said to be meant, or when a certificate
     *     cannot be used
     */
    HttpAccess(Map<String, Object> properties, Path workdir) throws ConfigurationException {
        this.workdir = workdir;
        config = OptionValues.of(Config.class, properties);
        boolean certificates = config.SslEnabled() && config.SslVerifyPeers();
        if (config.RemoteAccessAllowed()
                && config.AuthenticationEnabled()
                && isNobodyRegistered()
                && !certificates
                && !hasAuthenticators()) {
            throw new ConfigurationException("\"RemoteAccessAllowed\" needs \"RegisteredUsers\" (for development"
                    + " only: \"AuthenticationEnabled\": false lets everybody in)");
        }
        if (config.RemoteAccessAllowed() && !config.AuthenticationEnabled() && !certificates) {
            LOG.warn("REMOTE ACCESS WITHOUT AUTHENTICATION: everybody on the network can read and delete all");
        }
        if (config.SslVerifyPeers() && !config.SslEnabled()) {
            throw new ConfigurationException("\"SslVerifyPeers\" needs \"SslEnabled\"");
        }
        hosts = hosts();
        checkTls();
    }

    /** The addresses to listen on: those of the configuration, which are not those of others without remote access. */
    private List<String> hosts() throws ConfigurationException {
        List<String> addresses = List.of(config.HttpBindAddresses());
        if (addresses.isEmpty()) {
            return List.of(config.RemoteAccessAllowed() ? "0.0.0.0" : "127.0.0.1");
        }
        for (String address : addresses) {
            try {
                if (!config.RemoteAccessAllowed()
                        && !InetAddress.getByName(address).isLoopbackAddress()) {
                    throw new ConfigurationException(
                            "\"HttpBindAddresses\" names " + address + ", which needs \"RemoteAccessAllowed\"");
                }
            } catch (UnknownHostException e) {
                throw new ConfigurationException("\"HttpBindAddresses\" names " + address + ", which is no address");
            }
        }
        return addresses;
    }

    /** A certificate that cannot be used ends the start: else the server would run without a port. */
    private void checkTls() throws ConfigurationException {
        try {
            if (config.SslEnabled() && config.HttpServerEnabled()) {
                Path certificate = workdir.resolve(config.SslCertificate());
                new TlsFiles(new TlsFiles.Options(
                                "Ssl",
                                certificate,
                                certificate,
                                config.SslCertificatePassword(),
                                config.SslVerifyPeers() ? workdir.resolve(config.SslTrustedClientCertificates()) : null,
                                config.SslMinimumProtocolVersion(),
                                List.of(config.SslCiphersAccepted())))
                        .context();
            }
            if (config.DicomTlsEnabled() && config.DicomServerEnabled()) {
                new TlsFiles(new TlsFiles.Options(
                                "DicomTls",
                                workdir.resolve(config.DicomTlsCertificate()),
                                workdir.resolve(config.DicomTlsPrivateKey()),
                                "",
                                config.DicomTlsRemoteCertificateRequired()
                                        ? workdir.resolve(config.DicomTlsTrustedCertificates())
                                        : null,
                                config.DicomTlsMinimumProtocolVersion(),
                                List.of(config.DicomTlsCiphersAccepted())))
                        .context();
            }
        } catch (TlsException e) {
            throw new ConfigurationException(e.getMessage());
        }
    }

    private boolean isNobodyRegistered() {
        return config.RegisteredUsers().trim().length() <= NO_USERS.length();
    }

    /** {@return whether plugins say who calls; the feature security refuses a section that cannot be read} */
    private boolean hasAuthenticators() {
        try {
            return !Json.MAPPER
                    .readTree(config.Authorization())
                    .path(AccessPlugins.Kind.AUTHENTICATOR.option())
                    .isEmpty();
        } catch (JsonProcessingException e) {
            LOG.debug("\"Authorization\" cannot be read", e);
            return false;
        }
    }

    /** {@return the settings of the bundle http, which opens the port} */
    Dictionary<String, Object> port() {
        Dictionary<String, Object> port = new Hashtable<>();
        port.put("port", config.HttpPort());
        port.put("hosts", hosts.toArray(String[]::new));
        port.put("keepAlive", config.KeepAlive());
        port.put("idleSeconds", config.HttpRequestTimeout());
        port.put("minimumBodyRate", config.HttpMinimumBodyRate());
        port.put("maximumBodyMegabytes", config.MaximumRequestBodySizeMB());
        port.put("tls", config.SslEnabled());
        port.put("certificate", workdir.resolve(config.SslCertificate()).toString());
        port.put("password", config.SslCertificatePassword());
        port.put("minimumVersion", config.SslMinimumProtocolVersion());
        port.put("ciphers", config.SslCiphersAccepted());
        port.put("verifyPeers", config.SslVerifyPeers());
        port.put(
                "trusted",
                workdir.resolve(config.SslTrustedClientCertificates()).toString());
        return port;
    }

    /** {@return the settings of Felix HTTP} */
    Dictionary<String, Object> http() {
        Dictionary<String, Object> http = new Hashtable<>();
        http.put("org.apache.felix.http.enable", config.HttpServerEnabled());
        // Any port, and that for a moment: the bundle http opens the real one in its place.
        http.put("org.osgi.service.http.port", "0");
        http.put("org.apache.felix.http.host", "127.0.0.1");
        // Felix HTTP asks its customizer for load balancers, which the bundle http provides, only with this setting.
        http.put("org.apache.felix.proxy.load.balancer.connection.enable", true);
        http.put("org.apache.felix.http.jetty.sendServerHeader", false);
        http.put("org.apache.felix.http.jetty.maxFormSize", 1 << 20);
        int threads = Math.max(20, Math.min(1000, config.HttpThreadsCount() + 10));
        http.put("org.apache.felix.http.jetty.threadpool.max", threads + PluginCalls.ALL);
        http.put("org.apache.felix.http.jetty.responseBufferSize", 1 << 16);
        http.put("org.apache.felix.http.jetty.headerBufferSize", 1 << 14);
        http.put("org.apache.felix.http.jetty.requestBufferSize", 1 << 16);
        // Empty path segments are allowed: //instances is /instances, as in Orthanc.
        http.put("org.eclipse.jetty.UriComplianceMode", "LEGACY");
        http.put("org.apache.felix.http.session.timeout", 1);
        return http;
    }

    /**
     * Tries to open the ports, so that a port that is taken ends the start.
     *
     * @throws ConfigurationException naming the port that is taken
     */
    void checkPorts() throws ConfigurationException {
        String ports = config.HttpPort() + "," + config.DicomPort();
        if (ports.equals(System.getProperty(CHECKED))) {
            // This bundle was swapped, or reads the file again: the ports are ours.
            return;
        }
        if (config.HttpServerEnabled()) {
            for (String host : hosts) {
                checkPort(new InetSocketAddress(host, config.HttpPort()), "HttpPort");
            }
        }
        if (config.DicomServerEnabled()) {
            checkPort(new InetSocketAddress(config.DicomPort()), "DicomPort");
        }
        System.setProperty(CHECKED, ports);
    }

    private static void checkPort(InetSocketAddress address, String option) throws ConfigurationException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(address);
        } catch (BindException e) {
            throw new ConfigurationException(
                    e.getMessage().contains("assign")
                            ? "The address " + address.getHostString()
                                    + " (\"HttpBindAddresses\") is not of this machine"
                            : "The port " + address.getPort() + " (\"" + option + "\") is taken: " + e.getMessage());
        } catch (IOException e) {
            throw new ConfigurationException(
                    "The port " + address.getPort() + " (\"" + option + "\") cannot be opened: " + e.getMessage());
        }
    }
}
