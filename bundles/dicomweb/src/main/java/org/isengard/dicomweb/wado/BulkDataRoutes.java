package org.isengard.dicomweb.wado;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.OptionalInt;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.api.rest.Router;
import org.isengard.api.storage.DicomFiles;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.BulkData;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.Element;
import org.isengard.dicom.Fragments;
import org.isengard.dicom.Sequence;
import org.isengard.dicom.Tags;
import org.isengard.dicom.Value;
import org.isengard.dicom.image.DicomImage;
import org.isengard.dicom.image.ImageException;
import org.isengard.dicom.image.InstanceImages;
import org.isengard.dicomweb.media.Accept;
import org.isengard.dicomweb.media.MediaType;
import org.isengard.dicomweb.media.MultipartWriter;
import org.isengard.dicomweb.resource.DecodedFile;
import org.isengard.dicomweb.resource.StoredStudies;
import org.isengard.rest.kit.content.ByteRange;

/** Retrieves the values that metadata refer to (PS3.18 section 10.4.1.1.5). */
public final class BulkDataRoutes {
    private static final String OCTETS = "application/octet-stream";
    private static final int BUFFER = 1 << 16;

    private final StoredStudies studies;
    private final DicomFiles files;
    private final InstanceImages images;

    public BulkDataRoutes(StoredStudies studies, DicomFiles files, InstanceImages images) {
        this.studies = studies;
        this.files = files;
        this.images = images;
    }

    public void addTo(Router routes, String root) {
        routes.get(root + "studies/{study}/series/{series}/instances/{instance}/bulk/{path:*}", this::bulk);
    }

    private void bulk(Request request, Response response) throws IOException {
        boolean parts = choose(Accept.of(request));
        DicomFile file = files.referenced(studies.instance(request).id());
        Attributes at = file.dataset();
        Element element = null;
        String[] steps = request.path("path").split("/");
        for (int i = 0; i < steps.length; i += 2) {
            OptionalInt tag = Tags.parse(steps[i], files.dictionary());
            if (tag.isEmpty()) {
                throw new IsengardException(ErrorCode.UNKNOWN_DICOM_TAG, "No such tag: " + steps[i]);
            }
            element = at.get(tag.getAsInt());
            if (i + 2 < steps.length) {
                at = item(element, steps[i + 1]);
            } else if (i + 1 < steps.length) {
                element = null;
            }
            if (at == null || element == null) {
                throw missing(request);
            }
        }
        if (element == null || element instanceof Sequence) {
            throw missing(request);
        }
        if (parts) {
            parts(element, at, response);
        } else {
            single(element, at, file, request, response);
        }
    }

    private static Attributes item(Element element, String number) {
        if (!(element instanceof Sequence sequence) || !number.matches("\\d{1,9}")) {
            return null;
        }
        int index = Integer.parseInt(number) - 1;
        return index >= 0 && index < sequence.size() ? sequence.get(index) : null;
    }

    private static IsengardException missing(Request request) {
        return new IsengardException(ErrorCode.INEXISTENT_ITEM, "No bulk data at " + request.path("path"));
    }

    /** {@return whether the answer has parts} */
    private static boolean choose(Accept accept) {
        for (MediaType range : accept.ranges()) {
            if (range.isMultipart()
                            && (range.partType().isEmpty() || range.partType().equals(OCTETS))
                    || range.type().equals("*/*")
                    || range.type().equals("multipart/*")) {
                return true;
            }
            if (range.covers(OCTETS)) {
                return false;
            }
        }
        throw new IsengardException(ErrorCode.BAD_REQUEST, "Bulk data is application/octet-stream");
    }

    /** Encapsulated pixel data goes as its offset table and its fragments, one part each. */
    private static void parts(Element element, Attributes at, Response response) throws IOException {
        try (MultipartWriter parts = MultipartWriter.open(response, OCTETS)) {
            if (element instanceof Fragments fragments) {
                byte[] table = fragments.offsetTable();
                parts.part(OCTETS, "", table.length).write(table);
                for (int i = 0; i < fragments.size(); i++) {
                    byte[] fragment = fragments.get(i);
                    parts.part(OCTETS, "", fragment.length).write(fragment);
                }
                return;
            }
            long length = length(element, at);
            copy(element, at, 0, length, parts.part(OCTETS, "", length));
        }
    }

    /** Encapsulated pixel data goes native, as it does in Explicit VR Little Endian. */
    private void single(Element element, Attributes at, DicomFile file, Request request, Response response)
            throws IOException {
        if (element instanceof Fragments) {
            try {
                DicomImage image = DicomImage.of(file, images.codecs());
                InputStream pixels = DecodedFile.pixels(image, 0);
                image.frame(0);
                pixels.transferTo(response.stream(OCTETS, -1));
            } catch (ImageException e) {
                throw ImageErrors.translate(e, ErrorCode.BAD_REQUEST);
            }
            return;
        }
        long length = length(element, at);
        response.header("Accept-Ranges", "bytes");
        Optional<ByteRange> range = ByteRange.of(request, length);
        if (range.isPresent()) {
            response.status(206).header("Content-Range", range.get().contentRange(length));
            copy(
                    element,
                    at,
                    range.get().first(),
                    range.get().length(),
                    response.stream(OCTETS, range.get().length()));
        } else {
            copy(element, at, 0, length, response.stream(OCTETS, length));
        }
    }

    private static byte[] bytes(Element element, Attributes at) {
        Value value = (Value) element;
        byte[] bytes = value.bytes(at.characterSet());
        if (bytes.length % 2 == 0) {
            return bytes;
        }
        byte[] even = java.util.Arrays.copyOf(bytes, bytes.length + 1);
        even[bytes.length] = element.vr().padding();
        return even;
    }

    private static long length(Element element, Attributes at) {
        return element instanceof BulkData bulk ? bulk.length() : bytes(element, at).length;
    }

    private static void copy(Element element, Attributes at, long first, long count, OutputStream out)
            throws IOException {
        if (!(element instanceof BulkData bulk)) {
            out.write(bytes(element, at), (int) first, (int) count);
            return;
        }
        int unit = bulk.bigEndian() ? Math.max(1, bulk.vr().unitSize()) : 1;
        // Whole words are read, so that they can be turned into little endian.
        long from = first / unit * unit;
        long skip = first - from;
        try (InputStream in = bulk.open(from)) {
            byte[] buffer = new byte[BUFFER];
            long left = count;
            while (left > 0) {
                int n = in.readNBytes(buffer, 0, (int) Math.min(BUFFER, (left + skip + unit - 1) / unit * unit));
                if (n <= skip) {
                    throw new IOException("The file is shorter than its pixel data");
                }
                swap(buffer, n, unit);
                int write = (int) Math.min(left, n - skip);
                out.write(buffer, (int) skip, write);
                left -= write;
                skip = 0;
            }
        }
    }

    private static void swap(byte[] bytes, int length, int unit) {
        for (int i = 0; unit > 1 && i + unit <= length; i += unit) {
            for (int a = i, b = i + unit - 1; a < b; a++, b--) {
                byte t = bytes[a];
                bytes[a] = bytes[b];
                bytes[b] = t;
            }
        }
    }
}
