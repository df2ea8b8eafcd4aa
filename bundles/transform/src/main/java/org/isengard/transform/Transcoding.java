package org.isengard.transform;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.image.Transcoder;
import org.isengard.api.rest.Request;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomWriter;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.VR;
import org.isengard.dicom.WriteOptions;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * Changes of transfer syntax: between those without compression of pixel data it is only another way of writing; all
 * others are left to the {@link Transcoder}, if one is there.
 */
@Component(service = Transcoding.class)
public final class Transcoding {
    /**
     * The wish of a client.
     *
     * @param quality of lossy encodings, 0 as configured
     */
    public record Target(TransferSyntax syntax, int quality) {
        /** Reads the fields {@code Transcode} and {@code LossyQuality} of a body. */
        public static Optional<Target> of(JsonNode body) {
            JsonNode uid = body.get("Transcode");
            if (uid == null) {
                return Optional.empty();
            }
            if (!uid.isTextual()) {
                throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "\"Transcode\" must be a string");
            }
            return Optional.of(of(uid.asText(), body.path("LossyQuality").asInt(0)));
        }

        /** Reads the arguments {@code transcode} and {@code lossy-quality} of a query. */
        public static Optional<Target> of(Request request) {
            return request.query("transcode")
                    .map(uid -> of(
                            uid,
                            request.query("lossy-quality")
                                    .filter(text -> text.matches("\\d{1,3}"))
                                    .map(Integer::parseInt)
                                    .orElse(0)));
        }

        public static Target of(String uid, int quality) {
            if (!TransferSyntax.isKnown(uid)) {
                throw new IsengardException(ErrorCode.PARAMETER_OUT_OF_RANGE, "Unknown transfer syntax: " + uid);
            }
            return new Target(TransferSyntax.of(uid), quality);
        }
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    private volatile Transcoder transcoder;

    /**
     * {@return the file in the wanted transfer syntax; the given one must not be used afterwards}
     *
     * @param newInstance a lossy encoding sets a new SOP Instance UID
     */
    public DicomFile transcode(DicomFile file, Target target, boolean newInstance) throws IOException {
        TransferSyntax from = file.transferSyntax();
        TransferSyntax to = target.syntax;
        if (from.equals(to)) {
            return file;
        }
        if (!from.encapsulated() && !to.encapsulated()) {
            return new DicomFile(file.meta(), file.dataset(), to, 0, -1, file.pixelDataVR());
        }
        Transcoder service = transcoder;
        if (service == null) {
            throw new IsengardException(
                    ErrorCode.NOT_IMPLEMENTED, "No transcoder is installed for " + from.name() + " to " + to.name());
        }
        return service.transcode(file, to, target.quality, newInstance);
    }

    /** {@return the bytes of a whole file} */
    public static byte[] write(DicomFile file, int sizeHint) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(Math.max(1 << 12, sizeHint));
        TransferSyntax syntax = file.transferSyntax();
        Attributes meta = file.meta().copy();
        // A lossy encoding has made another instance.
        meta.setString(Tag.MediaStorageSOPInstanceUID, VR.UI, file.dataset().getString(Tag.SOPInstanceUID, ""));
        DicomWriter.write(out, meta, file.dataset(), syntax, lengths(syntax));
        return out.toByteArray();
    }

    /** Without VRs, a reader that does not know a private sequence needs its length to step over it. */
    static WriteOptions lengths(TransferSyntax syntax) {
        return syntax.explicitVR()
                ? WriteOptions.defaults()
                : WriteOptions.defaults().withDefinedLengths();
    }
}
