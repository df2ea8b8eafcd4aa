package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipInputStream;
import javax.imageio.ImageIO;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.VR;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Images of unusual samples go to a real Orthanc and to this server; every route of images must answer the same, but
 * for the differences stated here.
 */
@Timeout(120)
class ImagesSideBySideIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final List<String> PICTURES =
            List.of("preview", "rendered", "image-uint8", "image-uint16", "image-int16");
    private static final List<String> ARRAYS =
            List.of("numpy", "numpy?rescale=0", "numpy?rescale=1", "numpy?compress=1", "numpy?compress=1&rescale=0");

    /**
     * A difference that is meant.
     *
     * @param what name of the image and route
     * @param theirs outcome at Orthanc
     * @param ours outcome here
     */
    private record Known(Pattern what, Pattern theirs, Pattern ours, String why) {
        static Known of(String what, String theirs, String ours, String why) {
            return new Known(Pattern.compile(what), Pattern.compile(theirs), Pattern.compile(ours), why);
        }

        boolean covers(String where, Answer a, Answer b) {
            return what.matcher(where).find()
                    && theirs.matcher(a.outcome).matches()
                    && ours.matcher(b.outcome).matches();
        }
    }

    private static final List<Known> KNOWN = List.of(
            Known.of("", "500/2", "200|400/.*", "Orthanc has not implemented it"),
            Known.of("^(short|damaged)", "400/15", "400/3", "two faults: no such frame, and the frames are bad"),
            Known.of(
                    "^empty .*raw",
                    "400/15",
                    "400/8",
                    "no pixels at all: 1.12.11 has this code where the tag is missing"),
            Known.of(
                    "^(float|double).*(numpy|matlab|raw)",
                    "400/15|500/23",
                    "200|400/3",
                    "it knows of no float pixel data"),
            Known.of(
                    "^high .*(numpy|matlab)",
                    "500/-1",
                    "200",
                    "it loses itself in stored bits that are not the lowest"),
            Known.of(
                    "^uint31 .*rendered(\\?width=14|\\?returnUnsupportedImage)?$",
                    "200",
                    "200",
                    "the window of 31 bits overflows there"),
            Known.of(
                    "^u?int\\d+ \\S+ .*/numpy$", "200", "200", "before 1.12 rescaled values were cut to whole numbers"),
            Known.of("^odd", "400/15|415|307.*", "200|400/3|415", "it reads bits only in rows of whole bytes"),
            Known.of(
                    "/frames/\\d+/(preview|rendered|image)",
                    "404",
                    "415|307.*",
                    "no such frame: 1.12.11 answers as for any image that cannot be shown"));

    /** @param outcome status, with the number of the error or the place redirected to */
    private record Answer(String outcome, String content) {}

    private static final int[] RESCALE = {Tag.RescaleSlope, Tag.RescaleIntercept};
    private static final int[] WINDOW = {Tag.WindowCenter, Tag.WindowWidth};

    @RegisterExtension
    static final SharedServer SHARED = SharedServer.standard();

    private static OrthancProcess theirs;
    private static ServerProcess ours;

    private final List<String> differences = new ArrayList<>();
    private int compared;
    private int known;

    @BeforeAll
    static void start() throws Exception {
        theirs = SHARED.orthanc();
        ours = SHARED.server();
    }

    private static Map<String, List<SampleFile>> files() {
        Map<String, List<SampleFile>> files = new LinkedHashMap<>();
        for (int stored : new int[] {17, 24, 31, 32}) {
            for (boolean signed : new boolean[] {false, true}) {
                String name = (signed ? "int" : "uint") + stored;
                put(files, name, deep(name, 0, 1, signed, stored), deep(name, 1, 1, signed, stored));
            }
        }
        for (int stored : new int[] {24, 32}) {
            put(files, "frames" + stored, deep("frames" + stored, 0, 3, false, stored));
            put(
                    files,
                    "rescaled" + stored,
                    with(deep("rescaled" + stored, 0, 2, false, stored), RESCALE, "0.5", "-1024"));
            put(
                    files,
                    "window" + stored,
                    with(deep("window" + stored, 0, 1, false, stored), WINDOW, "100000", "12345678"));
            Attributes inverse = deep("inverse" + stored, 0, 1, false, stored);
            inverse.setString(Tag.PhotometricInterpretation, VR.CS, "MONOCHROME1");
            put(files, "inverse" + stored, inverse);
            Attributes big = deep("big" + stored, 0, 2, false, stored);
            files.put("big" + stored, List.of(SampleFile.of(big, TransferSyntax.EXPLICIT_BIG_ENDIAN)));
        }
        Attributes high = deep("high", 0, 1, false, 24);
        high.setInt(Tag.HighBit, VR.US, 31);
        put(files, "high", high);
        put(files, "float", ImageFiles.floats("float", 0, 1), ImageFiles.floats("float", 1, 1));
        put(files, "floats", ImageFiles.floats("floats", 0, 3));
        put(files, "float special", ImageFiles.floats("special", 0, 1, Float.NaN, Float.POSITIVE_INFINITY, -0f));
        put(files, "double", ImageFiles.doubles("double", 0, 1), ImageFiles.doubles("double", 1, 1));
        put(files, "doubles", ImageFiles.doubles("doubles", 0, 3));
        for (int columns : new int[] {ImageFiles.COLUMNS, 8, 16}) {
            String kind = columns == ImageFiles.COLUMNS ? "odd" : "even" + columns;
            put(files, kind, ImageFiles.bits(kind, 0, 1, columns), ImageFiles.bits(kind, 1, 1, columns));
            for (TransferSyntax syntax : List.of(
                    TransferSyntax.EXPLICIT_LITTLE_ENDIAN,
                    TransferSyntax.IMPLICIT_LITTLE_ENDIAN,
                    TransferSyntax.EXPLICIT_BIG_ENDIAN,
                    TransferSyntax.DEFLATED)) {
                String name = kind + " " + syntax.name();
                files.put(name, List.of(SampleFile.of(ImageFiles.bits(name, 0, 5, columns), syntax)));
            }
            Attributes inverse = ImageFiles.bits(kind + " inverse", 0, 2, columns);
            inverse.setString(Tag.PhotometricInterpretation, VR.CS, "MONOCHROME1");
            put(files, kind + " inverse", inverse);
        }
        return files;
    }

    private static Attributes deep(String name, int number, int frames, boolean signed, int stored) {
        return ImageFiles.whole(name, number, frames, 32, stored, signed);
    }

    /** Sets decimal strings. */
    private static Attributes with(Attributes image, int[] tags, String... values) {
        for (int i = 0; i < tags.length; i++) {
            image.setString(tags[i], VR.DS, values[i].split("/"));
        }
        return image;
    }

    private static void put(Map<String, List<SampleFile>> files, String name, Attributes... images) {
        files.put(name, Arrays.stream(images).map(ImageFiles::file).toList());
    }

    @Test
    void everyRouteAnswersAsOrthancDoes() throws Exception {
        compareAll(files(), ImagesSideBySideIT::routes);
        assertTrue(compared > 2000, compared + " answers compared");
    }

    /** With the option, Orthanc sends to a picture of its own instead of an error. */
    @Test
    void whatCannotBeDecodedIsRefusedOrReplacedAsOrthancDoes() throws Exception {
        Map<String, List<SampleFile>> files = new LinkedHashMap<>();
        put(files, "report", ImageFiles.noPixels("report", 0));
        Attributes cut = ImageFiles.whole("short", 0, 1, 16, 16, false);
        cut.setBytes(Tag.PixelData, VR.OW, new byte[10]);
        put(files, "short", cut);
        Attributes empty = ImageFiles.whole("empty", 0, 1, 16, 16, false);
        empty.setBytes(Tag.PixelData, VR.OW, new byte[0]);
        put(files, "empty", empty);
        for (TransferSyntax syntax : List.of(
                TransferSyntax.JPEG_BASELINE,
                TransferSyntax.JPEG_LOSSLESS_SV1,
                TransferSyntax.JPEG_LS_LOSSLESS,
                TransferSyntax.JPEG_2000_LOSSLESS,
                TransferSyntax.RLE,
                TransferSyntax.of("1.2.840.10008.1.2.4.100"))) {
            Attributes damaged = ImageFiles.whole(syntax.uid(), 0, 1, 8, 8, false);
            damaged.setFragments(
                    Tag.PixelData,
                    VR.OB,
                    new byte[0],
                    List.of("This is no stream of an image.".getBytes(StandardCharsets.US_ASCII)));
            files.put("damaged " + syntax.name(), List.of(SampleFile.of(damaged, syntax)));
        }
        compareAll(files, ImagesSideBySideIT::routes);
    }

    @Test
    void bitsStayExactWhenTranscodedAsInOrthanc() throws Exception {
        List<TransferSyntax> syntaxes = List.of(
                TransferSyntax.IMPLICIT_LITTLE_ENDIAN,
                TransferSyntax.EXPLICIT_LITTLE_ENDIAN,
                TransferSyntax.EXPLICIT_BIG_ENDIAN,
                TransferSyntax.DEFLATED,
                TransferSyntax.RLE,
                TransferSyntax.JPEG_BASELINE,
                TransferSyntax.JPEG_LOSSLESS_SV1,
                TransferSyntax.JPEG_LS_LOSSLESS);
        for (int columns : new int[] {ImageFiles.COLUMNS, 8}) {
            SampleFile file = ImageFiles.file(ImageFiles.bits("bits" + columns, 0, 5, columns));
            assertEquals(200, theirs.post("/instances", file.bytes()).statusCode());
            assertEquals(200, ours.post("/instances", file.bytes()).statusCode());
            String sent = pixels(file.bytes()).replaceFirst("^\\S+ ", "");
            for (TransferSyntax syntax : syntaxes) {
                String route = "/instances/" + file.id() + "/modify";
                byte[] body = ("{\"Transcode\": \"" + syntax.uid()
                                + "\", \"Keep\": [\"SOPInstanceUID\"], \"Force\": true}")
                        .getBytes(StandardCharsets.US_ASCII);
                HttpResponse<byte[]> expected = theirs.post(route, body);
                HttpResponse<byte[]> found = ours.post(route, body);
                String what = columns + " columns to " + syntax.name();
                assertEquals(expected.statusCode(), found.statusCode(), what);
                if (found.statusCode() == 200) {
                    assertEquals(pixels(expected.body()), pixels(found.body()), what);
                    assertEquals(sent, pixels(found.body()).replaceFirst("^\\S+ ", ""), what);
                }
            }
        }
    }

    /** {@return the transfer syntax and the bytes of pixel data} */
    private static String pixels(byte[] file) throws IOException {
        DicomFile read = DicomReader.read(file);
        return read.transferSyntax().uid() + " "
                + Arrays.toString(read.dataset().getBytes(Tag.PixelData));
    }

    /** How stored values become shades, of images of all ordinary depths. */
    @Test
    void windowsAreAppliedAsOrthancDoes() throws Exception {
        Map<String, List<SampleFile>> files = new LinkedHashMap<>();
        int number = 0;
        for (int[] kind : new int[][] {{8, 8}, {16, 12}, {16, 16}}) {
            for (boolean signed : new boolean[] {false, true}) {
                if (signed && kind[0] == 8) {
                    continue;
                }
                for (String[] rescale :
                        new String[][] {{}, {"1", "-1024"}, {"0.5", "0"}, {"2.5", "100"}, {"-1", "500"}}) {
                    for (String[] window : new String[][] {
                        {}, {"40", "400"}, {"40/50", "400/80"}, {"100", "0"}, {"100", "-50"}, {"0", "0.5"}
                    }) {
                        String name = (signed ? "int" : "uint") + kind[1] + " " + String.join(" ", rescale) + " window "
                                + String.join(" ", window);
                        Attributes image = ImageFiles.whole("shades", number++, 1, kind[0], kind[1], signed);
                        with(image, Arrays.copyOf(RESCALE, rescale.length), rescale);
                        with(image, Arrays.copyOf(WINDOW, window.length), window);
                        put(files, name, image);
                    }
                }
            }
        }
        compareAll(
                files,
                file -> Stream.of(
                                "rendered",
                                "rendered?window-center=100",
                                "rendered?window-width=70",
                                "rendered?window-center=-3.5&window-width=1000.25",
                                "preview",
                                "numpy")
                        .map(route -> "/instances/" + file.id() + "/" + route)
                        .toList());
        assertTrue(compared > 800, compared + " answers compared");
    }

    private void compareAll(Map<String, List<SampleFile>> files, Function<SampleFile, List<String>> routes)
            throws Exception {
        for (Map.Entry<String, List<SampleFile>> entry : files.entrySet()) {
            for (SampleFile file : entry.getValue()) {
                assertEquals(200, theirs.post("/instances", file.bytes()).statusCode(), entry.getKey());
                assertEquals(200, ours.post("/instances", file.bytes()).statusCode(), entry.getKey());
            }
            for (String route : routes.apply(entry.getValue().get(0))) {
                compare(entry.getKey(), route, theirs.get(route), ours.get(route));
            }
        }
        System.out.println("images beside Orthanc: " + compared + " answers compared, " + known + " known differences");
        assertEquals("", String.join("\n", differences));
    }

    private static List<String> routes(SampleFile file) {
        List<String> routes = new ArrayList<>();
        String instance = "/instances/" + file.id();
        routes.add(instance + "/frames");
        routes.add(instance + "/matlab");
        PICTURES.forEach(route -> routes.add(instance + "/" + route));
        PICTURES.forEach(route -> routes.add(instance + "/" + route + "?returnUnsupportedImage"));
        ARRAYS.forEach(route -> routes.add(instance + "/" + route));
        ARRAYS.forEach(route -> routes.add("/series/" + file.ids().series() + "/" + route));
        for (int frame : new int[] {0, 1, 4}) {
            String at = instance + "/frames/" + frame + "/";
            for (String route : List.of("raw", "raw.gz", "matlab", "numpy")) {
                routes.add(at + route);
            }
            PICTURES.forEach(route -> routes.add(at + route));
            PICTURES.forEach(route -> routes.add(at + route + "?returnUnsupportedImage"));
        }
        routes.add(instance + "/rendered?window-center=100&window-width=200");
        routes.add(instance + "/rendered?width=14");
        return routes;
    }

    private void compare(String name, String route, HttpResponse<byte[]> theirs, HttpResponse<byte[]> ours)
            throws IOException {
        compared++;
        Answer expected = answer(route, theirs);
        Answer found = answer(route, ours);
        if (expected.equals(found)) {
            return;
        }
        String where = name + " " + route.replaceFirst("/(\\w+)/[^/]+/", "/$1/ID/");
        if (KNOWN.stream().anyMatch(difference -> difference.covers(where, expected, found))) {
            known++;
        } else {
            differences.add(where + ": Orthanc " + cut(expected) + ", ours " + cut(found));
        }
    }

    private static String cut(Answer answer) {
        String text = answer.toString();
        return text.length() > 200 ? text.substring(0, 200) + "..." : text;
    }

    private static Answer answer(String route, HttpResponse<byte[]> answer) throws IOException {
        int status = answer.statusCode();
        if (status == 200) {
            String type = answer.headers().firstValue("Content-Type").orElse("").replaceFirst(";.*", "");
            return new Answer("200", type + " " + content(route, type, answer.body()));
        }
        if (status == 301 || status == 307) {
            // The later versions redirect for the moment only.
            return new Answer("307 " + answer.headers().firstValue("Location").orElse(""), "");
        }
        // Pictures that Orthanc does not make have no text.
        int error = status == 415 || answer.body().length == 0
                ? 0
                : MAPPER.readTree(answer.body()).path("OrthancStatus").asInt();
        return new Answer(error == 0 ? "" + status : status + "/" + error, "");
    }

    private static String content(String route, String type, byte[] body) throws IOException {
        if (route.contains("/numpy")) {
            return array(route.contains("compress") ? unzip(body) : body);
        }
        return switch (type) {
            case "application/json" -> MAPPER.readTree(body).toString();
            case "application/gzip" ->
                Arrays.toString(new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes());
            case "image/png" -> {
                Raster raster = ImageIO.read(new ByteArrayInputStream(body)).getRaster();
                yield raster.getWidth() + " x " + raster.getHeight() + " of type " + raster.getTransferType() + " "
                        + Arrays.toString(raster.getPixels(0, 0, raster.getWidth(), raster.getHeight(), (int[]) null));
            }
            case "text/plain" -> new String(body, StandardCharsets.UTF_8);
            default -> Arrays.toString(body);
        };
    }

    private static byte[] unzip(byte[] body) throws IOException {
        ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(body));
        // Orthanc leaves out the ending, which numpy does not mind.
        assertEquals("arr_0", zip.getNextEntry().getName().replace(".npy", ""));
        return zip.readAllBytes();
    }

    /** The head without its padding, with bytes of no order, and the samples. */
    private static String array(byte[] npy) {
        int length = npy[8] & 0xff | (npy[9] & 0xff) << 8;
        String head = new String(npy, 10, length, StandardCharsets.US_ASCII)
                .replaceAll("\\s", "")
                .replace(",}", "}")
                .replace("<u1", "|u1");
        return head + Arrays.toString(Arrays.copyOfRange(npy, 10 + length, npy.length));
    }
}
