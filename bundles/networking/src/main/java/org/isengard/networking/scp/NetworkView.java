package org.isengard.networking.scp;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.isengard.api.net.DicomNetwork;
import org.isengard.networking.scu.Echo;
import org.isengard.networking.scu.Modalities;
import org.isengard.networking.scu.Modality;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Shows modalities and associations to operators. */
@Component(service = DicomNetwork.class)
public final class NetworkView implements DicomNetwork {
    private final Modalities modalities;
    private final DicomScp scp;

    @Activate
    public NetworkView(@Reference Modalities modalities, @Reference DicomScp scp) {
        this.modalities = modalities;
        this.scp = scp;
    }

    @Override
    public List<Remote> modalities() {
        return modalities.all().stream()
                .map(one -> new Remote(
                        one.name(),
                        one.aet(),
                        one.host(),
                        one.port(),
                        one.tls(),
                        one.permissions().stream()
                                .map(Modality.Permission::label)
                                .collect(Collectors.toSet())))
                .toList();
    }

    @Override
    public Duration echo(String modality) {
        long start = System.nanoTime();
        Echo.call(modalities, modalities.named(modality), false, -1);
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @Override
    public List<Connected> associations() {
        return scp.associations().stream()
                .map(one -> new Connected(
                        one.callingAet(),
                        one.calledAet(),
                        one.remote(),
                        one.since(),
                        one.messages(),
                        one.received(),
                        one.sent()))
                .toList();
    }
}
