package org.isengard.networking.scu;

import java.io.IOException;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.UID;
import org.isengard.dicom.VR;
import org.isengard.dicom.net.AssociationOptions;
import org.isengard.dicom.net.DicomClient;
import org.isengard.dicom.net.Status;

/** C-ECHO as a client. */
public final class Echo {
    private Echo() {}

    /**
     * Calls a modality.
     *
     * @param find whether it must answer a query too
     * @param timeout in seconds, negative for that of the modality
     * @throws IsengardException NETWORK_PROTOCOL or NO_PRESENTATION_CONTEXT when it does not answer well
     */
    public static void call(Modalities modalities, Modality modality, boolean find, int timeout) {
        String sopClass = UID.StudyRootQueryRetrieveInformationModelFind;
        AssociationOptions call = modalities.call(modality, modalities.localAet(modality, ""), timeout);
        call.propose(UID.Verification, UID.ImplicitVRLittleEndian);
        if (find) {
            call.propose(sopClass, UID.ImplicitVRLittleEndian);
        }
        try (DicomClient client = DicomClient.open(call)) {
            check(client.echo(), modality);
            if (find) {
                check(client.find(sopClass, anyStudy(), match -> false).status(), modality);
            }
        } catch (IOException e) {
            throw InstanceSender.failure(e, modality);
        }
    }

    /** A query that a server answers quickly: nothing has this identifier. */
    private static Attributes anyStudy() {
        var query = new Attributes();
        query.setString(Tag.QueryRetrieveLevel, VR.CS, "STUDY");
        query.setString(Tag.StudyInstanceUID, VR.UI, "1.2.3.4.5.6.7.8.9");
        return query;
    }

    private static void check(int status, Modality modality) {
        if (Status.isFailure(status)) {
            throw new IsengardException(
                    ErrorCode.NETWORK_PROTOCOL,
                    String.format("AET \"%s\" answers with status 0x%04X", modality.aet(), status));
        }
    }
}
