package org.isengard.networking.scp;

import jakarta.servlet.Filter;
import java.io.IOException;
import java.net.InetAddress;
import java.time.temporal.ChronoUnit;
import org.isengard.api.net.DicomNetwork;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * {@code GET /administration/associations}: the associations that peers have with the server now, the oldest first.
 * {@code DicomThreadsCount} bounds their number.
 */
@Component(service = Filter.class)
@Feature(isengard_feature = "networking")
public final class AssociationRoutes extends RoutingFilter {
    private final DicomNetwork network;

    @Activate
    public AssociationRoutes(@Reference DicomNetwork network) {
        super(new Routes());
        this.network = network;
        routes().get("/administration/associations", this::list);
    }

    private void list(Request request, Response response) throws IOException {
        response.header("Cache-Control", "no-store").json(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("Associations");
            for (DicomNetwork.Connected one : network.associations()) {
                InetAddress address = one.address().getAddress();
                json.writeStartObject();
                json.writeStringField("CallingAet", one.callingAet());
                json.writeStringField("CalledAet", one.calledAet());
                json.writeStringField(
                        "Address", address == null ? one.address().getHostString() : address.getHostAddress());
                json.writeNumberField("Port", one.address().getPort());
                json.writeStringField(
                        "Since", one.since().truncatedTo(ChronoUnit.MILLIS).toString());
                json.writeNumberField("Messages", one.messages());
                json.writeNumberField("ReceivedBytes", one.received());
                json.writeNumberField("SentBytes", one.sent());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }
}
