package org.isengard.api.net;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/** The state of DICOM on the network, for operators: associations, modalities, C-ECHO. */
@ProviderType
public interface DicomNetwork {
    /**
     * A remote application entity that is declared.
     *
     * @param allowed what it may ask of us, by Orthanc's names: {@code Echo}, {@code Store}, ...
     */
    record Remote(String name, String aet, String host, int port, boolean tls, Set<String> allowed) {
        public Remote {
            allowed = Set.copyOf(allowed);
        }
    }

    /**
     * An association that a peer has with us.
     *
     * @param messages requests and answers received so far
     * @param received bytes
     * @param sent bytes
     */
    record Connected(
            String callingAet,
            String calledAet,
            InetSocketAddress address,
            Instant since,
            long messages,
            long received,
            long sent) {}

    /** {@return the declared modalities by name} */
    List<Remote> modalities();

    /**
     * Calls a modality by C-ECHO.
     *
     * @return how long it took
     * @throws org.isengard.api.IsengardException INEXISTENT_ITEM for an unknown name, NETWORK_PROTOCOL for no answer
     */
    Duration echo(String modality);

    /** {@return the associations that peers have opened, the oldest first} */
    List<Connected> associations();
}
