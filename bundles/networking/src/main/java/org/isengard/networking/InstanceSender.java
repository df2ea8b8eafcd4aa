package org.isengard.networking;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
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
 * context that was not proposed. Belongs to one thread at a time.
 */
final class InstanceSender implements AutoCloseable {
    private static final int MOST_CONTEXTS = 128;
    private static final List<String> ALWAYS = List.of(UID.ExplicitVRLittleEndian, UID.ImplicitVRLittleEndian);

    /** What must be agreed on for an instance. */
    record Kind(String sopClass, String transferSyntax) {}

    /** An instance ready to be sent. */
    interface Content {
        DicomFile header() throws IOException;

        /** {@return the data set, as it is} */
        InputStream dataSet() throws IOException;

        /** {@return the whole file in another transfer syntax} */
        DicomFile transcoded(TransferSyntax target) throws IOException;
    }

    private final Modality modality;
    private final Supplier<AssociationOptions> call;
    private final Set<Kind> proposed = new LinkedHashSet<>();
    private DicomClient client;

    /** @param call gives the options for a new association */
    InstanceSender(Modality modality, Supplier<AssociationOptions> call) {
        this.modality = modality;
        this.call = call;
    }

    /** Notes what will be needed, so that it is proposed at once. */
    void expect(Collection<Kind> kinds) {
        for (Kind kind : kinds) {
            if (proposed.size() + ALWAYS.size() < MOST_CONTEXTS) {
                propose(kind);
            }
        }
    }

    private void propose(Kind kind) {
        proposed.add(kind);
        ALWAYS.forEach(syntax -> proposed.add(new Kind(kind.sopClass(), syntax)));
    }

    /**
     * Sends one instance.
     *
     * @param originatorAet who asked for it by C-MOVE, null for nobody
     * @return the peer's status, a success or warning
     * @throws IsengardException NO_PRESENTATION_CONTEXT or NETWORK_PROTOCOL
     */
    int send(Content content, String originatorAet, int originatorId) throws IOException {
        DicomFile file = content.header();
        String sopClass = file.dataset().getString(Tag.SOPClassUID, "");
        String sopInstance = file.dataset().getString(Tag.SOPInstanceUID, "");
        Kind kind = new Kind(sopClass, file.transferSyntax().uid());
        try {
            connect(kind);
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
        } catch (AssociationException | DimseException e) {
            throw failure(e, modality);
        }
    }

    private int checked(DicomClient.Response response) {
        if (Status.isFailure(response.status())) {
            throw new IsengardException(
                    ErrorCode.NETWORK_PROTOCOL,
                    String.format(
                            "C-STORE to AET \"%s\" failed with status 0x%04X %s",
                            modality.aet(), response.status(), response.errorComment()));
        }
        return response.status();
    }

    private TransferSyntax otherSyntax(Kind kind) {
        if (modality.transcoding()) {
            for (String syntax : ALWAYS) {
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
        close();
        if (!proposed.contains(kind) && proposed.size() + 1 + ALWAYS.size() > MOST_CONTEXTS) {
            proposed.clear();
        }
        propose(kind);
        AssociationOptions options = call.get();
        proposed.forEach(one -> options.propose(one.sopClass(), one.transferSyntax()));
        client = DicomClient.open(options);
    }

    static byte[] encode(Attributes dataSet, TransferSyntax syntax) throws IOException {
        var bytes = new ByteArrayOutputStream();
        DicomWriter.writeDataset(bytes, dataSet, syntax, WriteOptions.defaults());
        return bytes.toByteArray();
    }

    /** {@return the error a client of the REST API sees} */
    static IsengardException failure(IOException e, Modality modality) {
        boolean context = e instanceof DimseException dimse && dimse.status() == Status.SOP_CLASS_NOT_SUPPORTED;
        return new IsengardException(
                context ? ErrorCode.NO_PRESENTATION_CONTEXT : ErrorCode.NETWORK_PROTOCOL,
                "Modality \"" + modality.name() + "\" (AET \"" + modality.aet() + "\"): " + e.getMessage(),
                e);
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
            client = null;
        }
    }
}
