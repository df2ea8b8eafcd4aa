package org.isengard.networking.scp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.List;
import org.isengard.api.ingest.Ingest;
import org.isengard.dicom.net.Association;
import org.isengard.dicom.net.DicomServer;
import org.isengard.dicom.net.ServerOptions;
import org.isengard.networking.commitment.CommitmentScp;
import org.isengard.networking.remote.ServerConfiguration;
import org.isengard.networking.scu.Modalities;
import org.isengard.networking.scu.NetworkFilters;
import org.isengard.networking.worklist.WorklistScp;
import org.isengard.runtime.swap.ListeningSockets;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The DICOM server. When its bundle is swapped, associations that run finish, and the listening socket stays open so
 * that new ones wait for the successor.
 */
@Component(
        service = DicomScp.class,
        immediate = true,
        configurationPid = ServerConfiguration.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class DicomScp {

    private static final Logger LOG = LoggerFactory.getLogger(DicomScp.class);
    private static final int BACKLOG = 256;

    private static final Duration DRAIN = Duration.ofSeconds(20);
    /** When the whole server stops, within the ten seconds it has. */
    private static final Duration LAST_DRAIN = Duration.ofSeconds(4);

    /** Orthanc's options. Only the default of {@code DicomThreadsCount} is higher: 4 idle peers must not lock out others. */
    public @interface Config {
        boolean DicomServerEnabled();

        String DicomBindAddress();

        int DicomPort();

        String DicomAet();

        boolean DicomCheckCalledAet();

        boolean DicomCheckModalityHost();

        boolean StrictAetComparison();

        boolean DicomAlwaysAllowEcho();

        boolean DicomAlwaysAllowStore();

        boolean DicomAlwaysAllowFind();

        boolean DicomAlwaysAllowFindWorklist();

        boolean DicomAlwaysAllowGet();

        boolean DicomAlwaysAllowMove();

        int DicomScpTimeout();

        int DicomThreadsCount();

        int MaximumPduLength();

        /** In MB, an addition of ours; 0 for no limit. Uncompressed pixel data cannot be longer than 4 GB. */
        int DicomMaximumInstanceSize();

        boolean DicomTlsEnabled();

        boolean DicomTlsRemoteCertificateRequired();
    }

    private final BundleContext context;
    private final IngestLease ingestLease;
    private final InetSocketAddress address;
    private final ServerSocketChannel listening;
    private final DicomServer server;

    /** Only there with an index; the SCP itself does not wait for it. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile FindScp finds;

    /** Only there with an index and an engine of jobs. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile RetrieveScp retrieves;

    /** Only there with an index and an engine of jobs. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile CommitmentScp commitments;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile WorklistScp worklists;

    @Reference(policy = ReferencePolicy.STATIC)
    private volatile NetworkFilters filters = NetworkFilters.NONE;

    @Activate
    public DicomScp(
            Config config,
            @Reference AcceptedStorage accepted,
            @Reference Modalities modalities,
            @Reference RunningRetrievals retrievals,
            @Reference ScpMetrics metrics,
            BundleContext context)
            throws IOException {
        this.context = context;
        ingestLease = new IngestLease(ingestPatience(context));
        if (!config.DicomServerEnabled()) {
            address = null;
            listening = null;
            server = null;
            return;
        }
        var access = new AccessRules(config, modalities::all);
        var options = new ServerOptions(
                Math.max(1, config.DicomThreadsCount()),
                Math.multiplyExact(Math.max(0, config.DicomScpTimeout()), 1000),
                Math.max(0, config.MaximumPduLength()),
                config.DicomTlsEnabled() ? modalities.tls() : null,
                config.DicomTlsRemoteCertificateRequired(),
                (long) Math.max(0, config.DicomMaximumInstanceSize()) << 20);
        address = config.DicomBindAddress().isEmpty()
                ? new InetSocketAddress(config.DicomPort())
                : new InetSocketAddress(config.DicomBindAddress(), config.DicomPort());
        listening = ListeningSockets.take(address, BACKLOG);
        try {
            server = DicomServer.start(
                    listening,
                    new ScpPolicy(access, accepted, this::hasWorklist, () -> filters),
                    association -> new ScpHandler(
                            ingestLease,
                            retrievals,
                            () -> finds,
                            () -> retrieves,
                            () -> commitments,
                            () -> worklists,
                            access,
                            () -> filters,
                            metrics,
                            association),
                    options);
        } catch (IOException | RuntimeException e) {
            ListeningSockets.park(address, listening);
            throw e;
        }
        LOG.info("DICOM server {} listens on {}", config.DicomAet(), address);
    }

    /** As long as requests by HTTP wait for a swapped feature, but never as long as senders may lose their patience. */
    private static Duration ingestPatience(BundleContext context) {
        String seconds = context.getProperty("isengard.swap.seconds");
        Duration wished = seconds == null || seconds.isBlank()
                ? IngestLease.PATIENCE
                : Duration.ofSeconds(Long.parseLong(seconds.trim()));
        return wished.compareTo(IngestLease.PATIENCE) < 0 ? wished : IngestLease.PATIENCE;
    }

    /** {@return the associations that peers have with this server} */
    List<Association> associations() {
        return server == null ? List.of() : server.associations();
    }

    private boolean hasWorklist() {
        WorklistScp present = worklists;
        return present != null && present.hasSources();
    }

    @Deactivate
    public void stop() {
        if (server != null) {
            ingestLease.shut();
            boolean last = context.getBundle(0).getState() == Bundle.STOPPING;
            server.close(last ? LAST_DRAIN : DRAIN);
            ListeningSockets.park(address, listening);
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindIngest(Ingest ingest) {
        ingestLease.open(ingest);
    }

    void unbindIngest(Ingest ingest) {
        ingestLease.close(ingest);
    }
}
