package org.isengard.dicom;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RoundTripTest {
    static Stream<TransferSyntax> syntaxes() {
        return Stream.of(
                TransferSyntax.IMPLICIT_LITTLE_ENDIAN,
                TransferSyntax.EXPLICIT_LITTLE_ENDIAN,
                TransferSyntax.EXPLICIT_BIG_ENDIAN,
                TransferSyntax.DEFLATED,
                TransferSyntax.RLE,
                TransferSyntax.JPEG_2000,
                TransferSyntax.of("1.2.3.4"));
    }

    @ParameterizedTest
    @MethodSource("syntaxes")
    void whatIsWrittenIsReadAgain(TransferSyntax syntax) throws IOException {
        Attributes dataset = TestData.withPixels(syntax.encapsulated());
        if (!syntax.explicitVR()) {
            // Their VRs are lost: nothing names them in implicit VR.
            dataset.remove(0x00991001);
            dataset.remove(0x00991002);
        }
        for (WriteOptions options : new WriteOptions[] {
            WriteOptions.defaults(), WriteOptions.defaults().withDefinedLengths()
        }) {
            var out = new ByteArrayOutputStream();
            DicomWriter.write(out, null, dataset, syntax, options);
            DicomFile fromArray = DicomReader.read(out.toByteArray());
            DicomFile fromStream = DicomReader.read(new ByteArrayInputStream(out.toByteArray()));
            for (DicomFile file : new DicomFile[] {fromArray, fromStream}) {
                assertEquals(syntax.uid(), file.meta().getString(Tag.TransferSyntaxUID));
                assertEquals(syntax, file.transferSyntax());
                assertEquals(TestData.show(dataset), TestData.show(file.dataset()));
                for (Element element : dataset) {
                    if (!(element instanceof Fragments)) {
                        assertEquals(
                                element.vr(), file.dataset().get(element.tag()).vr(), element::toString);
                    }
                }
            }
            if (syntax.encapsulated()) {
                var fragments =
                        assertInstanceOf(Fragments.class, fromStream.dataset().get(Tag.PixelData));
                assertEquals(3, fragments.size());
                assertArrayEquals(new long[] {0}, fragments.offsets());
                assertArrayEquals(TestData.bytes("05 06"), fragments.get(1));
            } else {
                assertArrayEquals(
                        TestData.bytes("01 02 03 04 05 06"),
                        fromStream.dataset().getBytes(Tag.PixelData));
            }
        }
    }

    @Test
    void everySampleIsTheSameAfterWriting() throws IOException {
        for (Path sample : Samples.readable()) {
            DicomFile file = DicomReader.read(sample);
            var out = new ByteArrayOutputStream();
            DicomWriter.write(out, file.meta(), file.dataset(), file.transferSyntax());
            Attributes again = DicomReader.read(out.toByteArray()).dataset();
            for (Element element : file.dataset().copy()) {
                if (Tags.isGroupLength(element.tag())) {
                    file.dataset().remove(element.tag());
                }
            }
            assertEquals(TestData.show(file.dataset()), TestData.show(again), sample::toString);
        }
    }

    @Test
    void pixelDataIsWhereItIsSaidToBe(@TempDir Path directory) throws IOException {
        for (TransferSyntax syntax : new TransferSyntax[] {TransferSyntax.EXPLICIT_LITTLE_ENDIAN, TransferSyntax.RLE}) {
            byte[] bytes = TestData.file(TestData.withPixels(syntax.encapsulated()), syntax);
            DicomFile file = DicomReader.read(bytes, ReadOptions.header());
            int at = (int) file.pixelDataOffset();
            assertEquals(Tag.PixelData, Bytes.int16(bytes, at) << 16 | Bytes.int16(bytes, at + 2));
            assertEquals(syntax.encapsulated() ? VR.OB : VR.OW, file.pixelDataVR());
            assertNull(file.dataset().get(Tag.PixelData));
            assertEquals(
                    TestData.show(file.dataset()),
                    TestData.show(DicomReader.read(new ByteArrayInputStream(bytes), ReadOptions.header())
                            .dataset()));

            Path path = Files.write(directory.resolve(syntax.uid()), bytes);
            ReadOptions options = ReadOptions.defaults().withPixelData(ReadOptions.PixelData.REFERENCE);
            Element pixels = DicomReader.read(path, options).dataset().get(Tag.PixelData);
            if (pixels instanceof Fragments fragments) {
                assertArrayEquals(TestData.bytes("01 02 03 04"), fragments.get(0));
                assertArrayEquals(TestData.bytes("05 06"), fragments.get(1));
            } else {
                var bulk = assertInstanceOf(BulkData.class, pixels);
                assertArrayEquals(TestData.bytes("03 04"), bulk.read(2, 2));
                assertThrows(DicomException.class, () -> bulk.read(5, 2));
            }
            DicomFile referenced = DicomReader.read(path, options);
            var out = new ByteArrayOutputStream();
            DicomWriter.write(out, referenced.meta(), referenced.dataset(), syntax);
            assertArrayEquals(bytes, out.toByteArray());

            Attributes skipped = DicomReader.read(path, options.withPixelData(ReadOptions.PixelData.SKIP))
                    .dataset();
            assertNull(skipped.get(Tag.PixelData));
            assertEquals(2, skipped.getBytes(Tag.DataSetTrailingPadding).length);
        }
    }

    @Test
    void aLongValueOfAShortVrIsWrittenAsUnknown() throws IOException {
        var dataset = new Attributes();
        dataset.setString(Tag.PatientComments, VR.LT, "x".repeat(70000));
        Attributes again = DicomReader.read(TestData.file(dataset, TransferSyntax.EXPLICIT_LITTLE_ENDIAN))
                .dataset();
        assertEquals(VR.UN, again.get(Tag.PatientComments).vr());
        assertEquals(70000, again.getString(Tag.PatientComments).length());
    }

    @Test
    void aDatasetAloneIsReadInItsTransferSyntax() throws IOException {
        Attributes dataset = TestData.dataset();
        byte[] bytes = TestData.bare(dataset, TransferSyntax.EXPLICIT_BIG_ENDIAN);
        assertEquals(
                TestData.show(dataset),
                TestData.show(
                        DicomReader.readDataset(bytes, TransferSyntax.EXPLICIT_BIG_ENDIAN, ReadOptions.defaults())));
    }

    @Test
    void encapsulatedPixelDataNeedsAnEncapsulatedSyntax() {
        assertThrows(
                DicomException.class,
                () -> TestData.file(TestData.withPixels(true), TransferSyntax.EXPLICIT_LITTLE_ENDIAN));
    }

    @Test
    void textFollowsAChangeOfTheCharacterSet() throws IOException {
        Attributes dataset = TestData.dataset();
        dataset.setString(Tag.PatientName, VR.PN, "Müller");
        dataset.setCharacterSet("ISO_IR 100");
        Attributes again = DicomReader.read(TestData.file(dataset, TransferSyntax.EXPLICIT_LITTLE_ENDIAN))
                .dataset();
        assertEquals("Müller", again.getString(Tag.PatientName));
        assertEquals(6, again.getBytes(Tag.PatientName).length);
        Attributes nested = again.getItem(Tag.ReferencedStudySequence, 0).getItem(Tag.ReferencedSeriesSequence, 0);
        assertEquals("série", nested.getString(Tag.SeriesDescription));

        var merged = new Attributes();
        merged.setString(Tag.SpecificCharacterSet, VR.CS, "ISO_IR 192");
        again.remove(Tag.SpecificCharacterSet);
        again.setDefaultCharacterSet(SpecificCharacterSet.LATIN_1);
        merged.addAll(again);
        assertEquals("Müller", merged.getString(Tag.PatientName));
        assertEquals(7, merged.getBytes(Tag.PatientName).length);
    }
}
