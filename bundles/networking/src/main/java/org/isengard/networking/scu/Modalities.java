package org.isengard.networking.scu;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.index.Index;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.net.Association;
import org.isengard.dicom.net.AssociationException;
import org.isengard.dicom.net.AssociationOptions;
import org.isengard.dicom.net.TlsOptions;
import org.isengard.networking.remote.RemoteRegistry;
import org.isengard.networking.remote.ServerConfiguration;
import org.isengard.networking.tls.DicomTls;
import org.isengard.runtime.swap.Lease;
import org.isengard.runtime.swap.SwapTimeout;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The modalities that are declared, and how we call them. */
@Component(
        service = Modalities.class,
        configurationPid = ServerConfiguration.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class Modalities {
    public @interface Config {
        String DicomAet();

        String DicomModalities();

        boolean DicomModalitiesInDatabase();

        int DicomScuTimeout();

        String DicomScuPreferredTransferSyntax();

        String DicomDefaultRetrieveMethod();

        int DicomScuMaximumPduLength();

        int DicomMaximumInstanceSize();

        boolean StrictAetComparison();

        String DicomTlsCertificate();

        String DicomTlsPrivateKey();

        String DicomTlsTrustedCertificates();

        boolean DicomTlsRemoteCertificateRequired();

        int DicomTlsMinimumProtocolVersion();

        String[] DicomTlsCiphersAccepted();

        String isengard_workdir() default ".";
    }

    private final Config config;
    private final RemoteRegistry<Modality> declared;
    private final DicomTls tls;
    private final IdleAssociations idle;
    private final String preferred;

    /** Used with the option DicomModalitiesInDatabase alone. */
    private final Lease<Index> index;

    @Activate
    public Modalities(@Reference IdleAssociations idle, Config config, BundleContext context) {
        this(idle, config, Lease.follow(context, Index.class, "feature index", SwapTimeout.of(context)));
    }

    /** @param index which callers wait for while it is swapped */
    public Modalities(IdleAssociations idle, Config config, Lease<Index> index) {
        this.index = index;
        this.idle = idle;
        this.config = config;
        preferred = config.DicomScuPreferredTransferSyntax();
        if (!TransferSyntax.isKnown(preferred)) {
            throw new IsengardException(
                    ErrorCode.INCOMPATIBLE_CONFIGURATIONS,
                    "DicomScuPreferredTransferSyntax is no transfer syntax: " + preferred);
        }
        Path directory = Path.of(config.isengard_workdir());
        tls = new DicomTls(
                directory.resolve(config.DicomTlsCertificate()),
                directory.resolve(config.DicomTlsPrivateKey()),
                directory.resolve(config.DicomTlsTrustedCertificates()),
                config.DicomTlsRemoteCertificateRequired(),
                config.DicomTlsMinimumProtocolVersion(),
                List.of(config.DicomTlsCiphersAccepted()));
        declared = new RemoteRegistry<>(
                "DicomModalities",
                config.DicomModalities(),
                Modality::parse,
                Modality::toJson,
                config.DicomModalitiesInDatabase() ? index : null);
    }

    @Deactivate
    void close() {
        index.end();
    }

    public RemoteRegistry<Modality> declared() {
        return declared;
    }

    public Collection<Modality> all() {
        return declared.all().values();
    }

    /** @throws IsengardException INEXISTENT_ITEM when there is none of this name */
    public Modality named(String name) {
        return declared.get(name)
                .orElseThrow(() -> new IsengardException(ErrorCode.INEXISTENT_ITEM, "No such modality: " + name));
    }

    public Optional<Modality> byAet(String aet) {
        return all().stream().filter(modality -> same(modality.aet(), aet)).findFirst();
    }

    public boolean same(String left, String right) {
        return config.StrictAetComparison() ? left.equals(right) : left.trim().equalsIgnoreCase(right.trim());
    }

    public String aet() {
        return config.DicomAet();
    }

    /** {@return the AE title we use towards a modality} @param wished by the caller, "" for none */
    public String localAet(Modality modality, String wished) {
        String title = Modality.title(wished);
        if (!title.isEmpty()) {
            return title;
        }
        return modality.localAet().isEmpty() ? config.DicomAet() : modality.localAet();
    }

    /**
     * Whether resources of a modality come by C-GET instead of C-MOVE.
     *
     * @param wished by the caller, "" or {@code SystemDefault} for nothing
     * @throws IsengardException PARAMETER_OUT_OF_RANGE for another word
     */
    public boolean retrievesByGet(Modality modality, String wished) {
        for (String method : List.of(wished, modality.retrieveMethod(), config.DicomDefaultRetrieveMethod())) {
            switch (method) {
                case "C-GET":
                    return true;
                case "C-MOVE":
                    return false;
                case "", Modality.SYSTEM_DEFAULT:
                    break;
                default:
                    throw new IsengardException(
                            ErrorCode.PARAMETER_OUT_OF_RANGE, "RetrieveMethod must be C-MOVE or C-GET, not " + method);
            }
        }
        return false;
    }

    /**
     * How to open an association with a modality, without presentation contexts.
     *
     * @param timeout in seconds, negative for that of the modality
     */
    public AssociationOptions call(Modality modality, String localAet, int timeout) {
        idle.close(modality);
        int millis = millis(modality, timeout);
        AssociationOptions options = AssociationOptions.to(modality.host(), modality.port())
                .callingAet(localAet)
                .calledAet(modality.aet())
                .connectTimeout(millis)
                .timeout(millis)
                .maxPduLength(Math.max(0, config.DicomScuMaximumPduLength()))
                .longestDataSet((long) Math.max(0, config.DicomMaximumInstanceSize()) << 20);
        return modality.tls() ? options.tls(tls(), false) : options;
    }

    private int millis(Modality modality, int timeout) {
        int seconds = timeout >= 0 ? timeout : modality.timeout() > 0 ? modality.timeout() : config.DicomScuTimeout();
        return (int) Math.min(Integer.MAX_VALUE, Math.max(0, seconds) * 1000L);
    }

    /** Waits for the peer as long as with a new association. */
    void applyTimeout(Association association, Modality modality, int timeout) throws AssociationException {
        association.timeout(millis(modality, timeout));
    }

    IdleAssociations idle() {
        return idle;
    }

    /** {@return what instances are transcoded to when a modality does not take them as they are, if it takes that} */
    String preferredTransferSyntax() {
        return preferred;
    }

    /** TLS for both directions. @throws IsengardException naming the file that cannot be used */
    public TlsOptions tls() {
        return tls.options();
    }
}
