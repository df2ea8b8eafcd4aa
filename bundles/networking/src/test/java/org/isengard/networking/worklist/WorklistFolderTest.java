package org.isengard.networking.worklist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.isengard.api.IsengardException;
import org.isengard.api.storage.DicomFiles;
import org.isengard.api.worklist.WorklistQuery;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomWriter;
import org.isengard.dicom.ReadOptions;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicom.VR;
import org.isengard.networking.Configs;
import org.isengard.runtime.swap.Lease;
import org.isengard.runtime.swap.SwapTimeout;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorklistFolderTest {
    @TempDir
    Path directory;

    private Path folder;

    @BeforeEach
    void make() throws IOException {
        folder = Files.createDirectory(directory.resolve("items"));
    }

    private WorklistFolder source(String options) {
        DicomFiles files = (DicomFiles) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {DicomFiles.class},
                (proxy, method, arguments) -> ReadOptions.header());
        var config = Configs.of(
                WorklistFolder.Config.class,
                Map.of(
                        "Worklists",
                        "{\"Database\": \"items\"" + options + "}",
                        "isengard_workdir",
                        directory.toString()));
        var lease = new Lease<DicomFiles>("feature storage", SwapTimeout.of(Configs.framework()));
        lease.offer(files);
        return new WorklistFolder(lease, config, Configs.framework());
    }

    private void write(String file, String patient, String station) throws IOException {
        var item = new Attributes();
        item.setString(Tag.PatientID, VR.LO, patient);
        item.newSequence(Tag.ScheduledProcedureStepSequence)
                .newItem()
                .setString(Tag.ScheduledStationAETitle, VR.AE, station);
        var out = new ByteArrayOutputStream();
        TransferSyntax syntax = TransferSyntax.EXPLICIT_LITTLE_ENDIAN;
        DicomWriter.write(
                out,
                DicomWriter.fileMetaInformation(UID.ModalityWorklistInformationModelFind, "1.2.3", syntax),
                item,
                syntax);
        Files.write(folder.resolve(file), out.toByteArray());
    }

    private static List<String> patients(WorklistFolder source, String aet) throws IOException {
        var keys = new Attributes();
        keys.setNull(Tag.PatientID, VR.LO);
        return source.items(new WorklistQuery(aet, "US", "127.0.0.1", keys)).stream()
                .map(item -> item.getString(Tag.PatientID))
                .toList();
    }

    @Test
    void filesComeChangeAndGo() throws Exception {
        WorklistFolder source = source("");
        assertEquals(List.of(), patients(source, "A"));
        write("1.wl", "ONE", "A");
        write("2.WL", "TWO", "B");
        write("3.dcm", "OTHER", "A");
        Files.createDirectory(folder.resolve("4.wl"));
        Files.writeString(folder.resolve("5.wl"), "no DICOM");
        assertEquals(List.of("ONE", "TWO"), patients(source, "A"));
        write("1.wl", "CHANGED", "A");
        Files.delete(folder.resolve("2.WL"));
        assertEquals(List.of("CHANGED"), patients(source, "A"));
    }

    @Test
    void itemsMayBeThoseOfTheIssuerAndLimited() throws Exception {
        write("1.wl", "ONE", "A");
        write("2.wl", "TWO", "B");
        write("3.wl", "THREE", "A");
        assertEquals(List.of("ONE", "THREE"), patients(source(", \"FilterIssuerAet\": true"), "A"));
        assertEquals(List.of("ONE", "TWO"), patients(source(", \"LimitAnswers\": 2"), "A"));
    }

    @Test
    void itemsAreWrittenChangedAndDeletedAndNeverOutsideTheFolder() throws Exception {
        WorklistFolder source = source("");
        String id = "5fdc7404-f9dc-4798-b6e1-8f715e2f9e71";
        var item = new Attributes();
        item.setString(Tag.PatientID, VR.LO, "MADE");
        source.write(id, item);
        assertEquals(List.of("MADE"), patients(source, "A"));
        item.setString(Tag.PatientID, VR.LO, "CHANGED");
        source.write(id, item);
        assertEquals("CHANGED", source.find(id).orElseThrow().getString(Tag.PatientID));
        assertThrows(IsengardException.class, () -> source.write("../escape", item));
        assertThrows(IsengardException.class, () -> source.delete("../escape"));
        source.delete(id);
        assertEquals(List.of(), patients(source, "A"));
    }

    @Test
    void withoutAFolderTheServersOwnServes() throws Exception {
        var options = WorklistOptions.parse("{\"Enable\": true}", directory, directory.resolve("data"));
        assertEquals(directory.resolve("data/worklists"), options.folder());
        assertEquals(
                directory.resolve("items"),
                WorklistOptions.parse("{\"Directory\": \"items\"}", directory, directory.resolve("data"))
                        .folder());
        assertEquals(
                directory.resolve("data/worklists"),
                WorklistOptions.parse(
                                "{\"Directory\": \"items\", \"SaveInOrthancDatabase\": true}",
                                directory,
                                directory.resolve("data"))
                        .folder());
    }

    @Test
    void aFolderThatIsNotThereIsAnError() throws Exception {
        Files.delete(folder);
        assertThrows(NoSuchFileException.class, () -> patients(source(""), "A"));
    }
}
