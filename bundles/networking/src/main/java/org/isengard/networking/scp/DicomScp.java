package org.isengard.networking.scp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.isengard.api.ingest.Ingest;
import org.isengard.dicom.net.Association;
import org.isengard.dicom.net.DicomServer;
import org.isengard.dicom.net.ServerOptions;
import org.isengard.networking.commitment.CommitmentScp;
import org.isengard.networking.remote.ServerConfiguration;
import org.isengard.networking.scu.Modalities;
import org.isengard.networking.scu.NetworkFilters;
import org.isengard.networking.worklist.WorklistScp;
import org.isengard.runtime.swap.DrainTime;
import org.isengard.runtime.swap.Lease;
import org.isengard.runtime.swap.ListeningSockets;
import org.isengard.runtime.swap.SwapTimeout;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicy;
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

    /** Senders lose their patience when they wait longer for an answer to C-STORE. */
    private static final Duration SENDERS_WAIT = Duration.ofSeconds(30);

    private static final Duration DRAIN = Duration.ofSeconds(20);

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
    private final Lease<Ingest> ingestLease;
    /** There with an index; the SCP itself does not wait for it. */
    private final Lease<FindScp> finds;
    /** There with an index and an engine of jobs, as the next. */
    private final Lease<RetrieveScp> retrieves;

    private final Lease<CommitmentScp> commitments;
    private final InetSocketAddress address;
    private final ServerSocketChannel listening;
    private final DicomServer server;
    private final ServiceRegistration<?> announcement;

    private final WorklistScp worklists;

    @Reference(policy = ReferencePolicy.STATIC)
    private volatile NetworkFilters filters = NetworkFilters.NONE;

    @Activate
    public DicomScp(
            Config config,
            @Reference AcceptedStorage accepted,
            @Reference Modalities modalities,
            @Reference RunningRetrievals retrievals,
            @Reference AssociationUsers users,
            @Reference WorklistScp worklists,
            BundleContext context)
            throws IOException {
        this(
                config,
                accepted,
                modalities,
                retrievals,
                users,
                worklists,
                context,
                Lease.follow(context, Ingest.class, "feature ingest", patience(context)));
    }

    DicomScp(
            Config config,
            AcceptedStorage accepted,
            Modalities modalities,
            RunningRetrievals retrievals,
            AssociationUsers users,
            WorklistScp worklists,
            BundleContext context,
            Lease<Ingest> ingestLease)
            throws IOException {
        this.context = context;
        this.ingestLease = ingestLease;
        this.worklists = worklists;
        SwapTimeout patience = patience(context);
        finds = Lease.follow(context, FindScp.class, "feature index", patience);
        retrieves = Lease.follow(context, RetrieveScp.class, "feature index", patience);
        commitments = Lease.follow(context, CommitmentScp.class, "feature index", patience);
        if (!config.DicomServerEnabled()) {
            address = null;
            listening = null;
            server = null;
            announcement = announce("");
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
                    new ScpPolicy(access, accepted, worklists::hasSources, () -> filters),
                    association -> new ScpHandler(
                            ingestLease,
                            retrievals,
                            finds,
                            retrieves,
                            commitments,
                            worklists,
                            access,
                            () -> filters,
                            users,
                            association),
                    options);
        } catch (IOException | RuntimeException e) {
            ListeningSockets.park(address, listening);
            throw e;
        }
        LOG.info("DICOM server {} listens on {}", config.DicomAet(), address);
        announcement = announce(config.DicomAet() + " at port " + config.DicomPort());
    }

    private static SwapTimeout patience(BundleContext context) {
        return SwapTimeout.of(context).atMost(SENDERS_WAIT);
    }

    /** The launcher tells the operator. */
    private ServiceRegistration<?> announce(String address) {
        return context.registerService(
                Object.class,
                new Object(),
                FrameworkUtil.asDictionary(Map.of("isengard.listens", "dicom", "isengard.address", address)));
    }

    /** {@return the associations that peers have with this server} */
    List<Association> associations() {
        return server == null ? List.of() : server.associations();
    }

    @Deactivate
    public void stop() {
        announcement.unregister();
        List<Lease<?>> leases = List.of(ingestLease, finds, retrieves, commitments);
        // The associations still use the services while they end.
        leases.forEach(Lease::stopWaiting);
        if (server != null) {
            boolean last = context.getBundle(0).getState() == Bundle.STOPPING;
            server.close(last ? Duration.ofNanos(DrainTime.nanos(DicomScp.class)) : DRAIN);
            ListeningSockets.park(address, listening);
        }
        leases.forEach(Lease::end);
    }
}
