package org.isengard.networking.scu;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomWriter;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicom.WriteOptions;
import org.isengard.dicom.net.AssociationException;
import org.isengard.dicom.net.AssociationOptions;
import org.isengard.dicom.net.DicomClient;
import org.isengard.dicom.net.DimseException;
import org.isengard.dicom.net.Status;

/**
 * Sends instances to one modality on one association, which is opened anew when an instance needs a presentation
 * context that was not proposed. One that others left open is used if it fits. Belongs to one thread at a time.
 */
public final class InstanceSender implements AutoCloseable {
    private static final int MOST_CONTEXTS = 128;

    /** The presentation context that an instance needs. */
    public record Kind(String sopClass, String transferSyntax) {}

    /** An instance ready to be sent. */
    public interface Content {
        DicomFile header() throws IOException;

        /** {@return the data set, as it is} */
        InputStream dataSet() throws IOException;

        /** {@return the whole file in another transfer syntax} */
        DicomFile transcoded(TransferSyntax target) throws IOException;
    }

    private final Modality modality;
    private final Modalities modalities;
    private final String localAet;
    private final int timeout;
    private final IdleAssociations.Target target;
    /** Transfer syntaxes to propose for each SOP class beside that of the instance, the best first. */
    private final List<String> always;

    private final Set<Kind> proposed = new LinkedHashSet<>();
    private DicomClient client;
    /** The association was used before, so that the peer may have given it up since. */
    private boolean used;

    /** @param timeout in seconds, negative for that of the modality */
    public InstanceSender(Modalities modalities, Modality modality, String localAet, int timeout) {
        this.modalities = modalities;
        this.modality = modality;
        this.localAet = localAet;
        this.timeout = timeout;
        target = IdleAssociations.Target.of(modality, localAet);
        Set<String> syntaxes = new LinkedHashSet<>();
        syntaxes.add(modalities.preferredTransferSyntax());
        syntaxes.addAll(List.of(UID.ExplicitVRLittleEndian, UID.ImplicitVRLittleEndian));
        always = List.copyOf(syntaxes);
    }

    /** Notes what will be needed, so that it is proposed at once. */
    public void expect(Collection<Kind> kinds) {
        for (Kind kind : kinds) {
            if (proposed.size() + always.size() < MOST_CONTEXTS) {
                propose(kind);
            }
        }
    }

    private void propose(Kind kind) {
        proposed.add(kind);
        always.forEach(syntax -> proposed.add(new Kind(kind.sopClass(), syntax)));
    }

    /**
     * Sends one instance.
     *
     * @param originatorAet who asked for it by C-MOVE, null for nobody
     * @return the peer's status, a success or warning
     * @throws IsengardException NO_PRESENTATION_CONTEXT or NETWORK_PROTOCOL
     */
    public int send(Content content, String originatorAet, int originatorId) throws IOException {
        DicomFile file = content.header();
        String sopClass = file.dataset().getString(Tag.SOPClassUID, "");
        String sopInstance = file.dataset().getString(Tag.SOPInstanceUID, "");
        Kind kind = new Kind(sopClass, file.transferSyntax().uid());
        try {
            connect(kind);
            boolean secondTry = used;
            used = false;
            try {
                return send(content, kind, sopInstance, originatorAet, originatorId);
            } catch (AssociationException e) {
                if (!secondTry) {
                    throw e;
                }
                // The peer has given up the association that was left open: that is no failure.
                connect(kind);
                return send(content, kind, sopInstance, originatorAet, originatorId);
            }
        } catch (AssociationException | DimseException e) {
            throw failure(e, modality);
        }
    }

    private int send(Content content, Kind kind, String sopInstance, String originatorAet, int originatorId)
            throws IOException {
        String sopClass = kind.sopClass();
        DicomClient.Response response;
        if (client.association().context(sopClass, kind.transferSyntax()).isPresent()) {
            try (InputStream dataSet = content.dataSet()) {
                response = client.store(
                        sopClass, sopInstance, kind.transferSyntax(), dataSet, originatorAet, originatorId);
            }
        } else {
            TransferSyntax target = otherSyntax(kind);
            DicomFile transcoded = content.transcoded(target);
            response = client.store(
                    sopClass,
                    transcoded.dataset().getString(Tag.SOPInstanceUID, sopInstance),
                    target.uid(),
                    new ByteArrayInputStream(encode(transcoded.dataset(), target)),
                    originatorAet,
                    originatorId);
        }
        return checked(response);
    }

    private int checked(DicomClient.Response response) {
        if (Status.isFailure(response.status())) {
            String details = String.format(
                    "C-STORE to AET \"%s\" failed with status 0x%04X %s",
                    modality.aet(), response.status(), response.errorComment());
            throw new IsengardException(ErrorCode.NETWORK_PROTOCOL, details).withDimseStatus(response.status());
        }
        return response.status();
    }

    private TransferSyntax otherSyntax(Kind kind) {
        if (modality.transcoding()) {
            for (String syntax : always) {
                if (client.association().context(kind.sopClass(), syntax).isPresent()) {
                    return TransferSyntax.of(syntax);
                }
            }
        }
        throw new IsengardException(
                ErrorCode.NO_PRESENTATION_CONTEXT,
                "AET \"" + modality.aet() + "\" does not accept " + kind.sopClass() + " in " + kind.transferSyntax());
    }

    private void connect(Kind kind) throws IOException {
        if (client != null && proposed.contains(kind) && !client.association().isEnded()) {
            return;
        }
        if (client != null) {
            client.close();
            client = null;
        }
        if (!proposed.contains(kind) && proposed.size() + 1 + always.size() > MOST_CONTEXTS) {
            proposed.clear();
        }
        propose(kind);
        if (takeIdle()) {
            return;
        }
        AssociationOptions options = modalities.call(modality, localAet, timeout);
        proposed.forEach(one -> options.propose(one.sopClass(), one.transferSyntax()));
        client = DicomClient.open(options);
    }

    private boolean takeIdle() throws AssociationException {
        IdleAssociations.Idle idle = modalities.idle().take(target);
        if (idle == null) {
            return false;
        }
        if (idle.client().association().isEnded() || !idle.proposed().containsAll(proposed)) {
            idle.client().close();
            return false;
        }
        client = idle.client();
        proposed.clear();
        proposed.addAll(idle.proposed());
        modalities.applyTimeout(client.association(), modality, timeout);
        used = true;
        return true;
    }

    public static byte[] encode(Attributes dataSet, TransferSyntax syntax) throws IOException {
        var bytes = new ByteArrayOutputStream();
        DicomWriter.writeDataset(bytes, dataSet, syntax, WriteOptions.defaults());
        return bytes.toByteArray();
    }

    /** {@return the error a client of the REST API sees} */
    public static IsengardException failure(IOException e, Modality modality) {
        boolean context = e instanceof DimseException dimse && dimse.status() == Status.SOP_CLASS_NOT_SUPPORTED;
        return new IsengardException(
                context ? ErrorCode.NO_PRESENTATION_CONTEXT : ErrorCode.NETWORK_PROTOCOL,
                "Modality \"" + modality.name() + "\" (AET \"" + modality.aet() + "\"): " + e.getMessage(),
                e);
    }

    @Override
    public void close() {
        if (client != null) {
            modalities.idle().park(target, new IdleAssociations.Idle(client, proposed));
            client = null;
        }
    }
}
