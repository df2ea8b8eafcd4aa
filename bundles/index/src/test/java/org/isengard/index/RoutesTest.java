package org.isengard.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.storage.DicomFiles;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.ReadOptions;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.index.find.FindConfig;
import org.isengard.index.find.IndexSearch;
import org.isengard.index.routes.IndexRoutes;
import org.isengard.runtime.options.OptionValues;
import org.isengard.runtime.swap.SwapTimeout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class RoutesTest {
    @Parameter
    TestDatabase database;

    @TempDir
    Path directory;

    private final String instance = Samples.ids(1, 1, 1, 1).instance();
    private final String series = Samples.ids(1, 1, 1, 1).series();
    private final String study = Samples.ids(1, 1, 1, 1).study();
    private final String patient = Samples.ids(1, 1, 1, 1).patient();
    private SqlIndex index;
    private IndexSearch search;
    private IndexRoutes routes;

    @BeforeEach
    void fill() {
        index = database.open(directory);
        index.store(Samples.instance(1, 1, 1, 1));
        index.store(Samples.instance(1, 1, 2, 1));
        index.store(Samples.instance(2, 1, 1, 1));
        FindConfig defaults = OptionValues.of(FindConfig.class, Map.of());
        search = new IndexSearch(index, defaults, new SwapTimeout(0));
        routes = new IndexRoutes(new VisibleIndex(index), search, defaults);
    }

    @AfterEach
    void close() {
        index.close();
    }

    @Test
    void aStudyIsDescribedWithItsPatient() throws IOException {
        JsonNode body = get("/studies/" + study);
        assertEquals("PID1", body.path("PatientMainDicomTags").path("PatientID").asText());
        assertEquals("20240101", body.path("MainDicomTags").path("StudyDate").asText());
        assertEquals(2, body.path("Series").size());
        assertEquals(patient, body.path("ParentPatient").asText());
        assertFalse(body.path("IsStable").asBoolean());
        assertEquals(
                "PID1",
                get("/studies/" + study + "?short")
                        .path("PatientMainDicomTags")
                        .path("0010,0020")
                        .asText());
        assertEquals(
                "PatientID",
                get("/studies/" + study + "?full")
                        .path("PatientMainDicomTags")
                        .path("0010,0020")
                        .path("Name")
                        .asText());
    }

    @Test
    void anInstanceIsDescribedWithItsFile() throws IOException {
        JsonNode body = get("/instances/" + instance);
        assertEquals("file-1-1-1-1", body.path("FileUuid").asText());
        assertEquals(1000, body.path("FileSize").asInt());
        assertEquals(1, body.path("IndexInSeries").asInt());
        assertEquals(series, body.path("ParentSeries").asText());
    }

    @Test
    void pagesNeedBothArguments() throws IOException {
        assertEquals(2, get("/patients").size());
        assertEquals(1, get("/patients?since=1&limit=5").size());
        assertEquals(ErrorCode.BAD_REQUEST, error("GET", "/patients?since=1", ""));
        assertEquals(ErrorCode.BAD_PARAMETER_TYPE, error("GET", "/patients?since=a&limit=b", ""));
        assertEquals(ErrorCode.UNKNOWN_RESOURCE, error("GET", "/patients/nope", ""));
    }

    @Test
    void requestedTagsAreReadComputedOrTakenFromTheFile() throws IOException {
        String query = "?requested-tags=PatientID;ModalitiesInStudy;NumberOfStudyRelatedInstances;PatientPosition";
        assertEquals(ErrorCode.SERVICE_UNAVAILABLE, error("GET", "/studies/" + study + query, ""));
        search.setFiles(new Files());
        JsonNode tags = get("/studies/" + study + query).path("RequestedTags");
        assertEquals("PID1", tags.path("PatientID").asText());
        assertEquals("CT\\MR", tags.path("ModalitiesInStudy").asText());
        assertEquals("2", tags.path("NumberOfStudyRelatedInstances").asText());
        assertEquals("HFS", tags.path("PatientPosition").asText());
    }

    @Test
    void findReadsFilesForTagsThatTheIndexDoesNotKeep() throws IOException {
        search.setFiles(new Files());
        assertEquals(
                3,
                find("{\"Level\": \"Series\", \"Query\": {\"PatientPosition\": \"hf*\"}}")
                        .size());
        assertEquals(
                0,
                find("{\"Level\": \"Series\", \"Query\": {\"PatientPosition\": \"FFP\"}}")
                        .size());
        assertEquals(
                1,
                find("{\"Level\": \"Series\", \"Query\": {\"PatientPosition\": \"HFS\"}, \"Since\": 2, \"Limit\": 5}")
                        .size());
        assertEquals(
                1,
                find("{\"Level\": \"Study\", \"Query\": {\"NumberOfStudyRelatedInstances\": \"2\"}, \"Expand\": true}")
                        .size());
    }

    @Test
    void findRefusesWhatDicomDoes() {
        assertEquals(ErrorCode.BAD_REQUEST, error("POST", "/tools/find", "{"));
        assertEquals(ErrorCode.BAD_REQUEST, error("POST", "/tools/find", "{\"Level\": \"Study\"}"));
        assertEquals(
                ErrorCode.PARAMETER_OUT_OF_RANGE,
                error("POST", "/tools/find", "{\"Level\": \"Study\", \"Query\": {\"StudyDate\": \"2024*\"}}"));
        assertEquals(
                ErrorCode.UNKNOWN_DICOM_TAG,
                error("POST", "/tools/find", "{\"Level\": \"Study\", \"Query\": {\"Nonsense\": \"x\"}}"));
        assertEquals(ErrorCode.PARAMETER_OUT_OF_RANGE, error("POST", "/tools/lookup", "PID*"));
    }

    @Test
    void findOrdersPagesAndChoosesContent() throws IOException {
        JsonNode found = find("{\"Level\": \"Series\", \"Query\": {\"PatientID\": \"PID1\"}, \"ResponseContent\":"
                + " [\"Metadata\", \"Attachments\"], \"OrderBy\": [{\"Type\": \"DicomTag\", \"Key\": \"Modality\","
                + " \"Direction\": \"DESC\"}]}");
        assertEquals(2, found.size());
        assertEquals(Samples.ids(1, 1, 2, 1).series(), found.get(0).path("ID").asText());
        assertEquals("SENDER", found.get(0).path("Metadata").path("RemoteAET").asText());
        assertTrue(found.get(0).path("MainDicomTags").isMissingNode());
        assertEquals(
                2,
                call("POST", "/tools/count-resources", "{\"Level\": \"Study\", \"Query\": {}}")
                        .json()
                        .path("Count")
                        .asInt());
    }

    @Test
    void metadataCarryEntityTags() throws IOException {
        String uri = "/studies/" + study + "/metadata/note";
        String tag = call("PUT", uri, "hello").headers().get("ETag");
        assertTrue(tag.startsWith("\"0-"));
        RecordedCall read = call("GET", uri, "");
        assertEquals("hello", read.text());
        assertEquals(304, call("GET", uri, "", Map.of("If-None-Match", tag)).status());
        assertEquals(ErrorCode.FORBIDDEN, error("PUT", "/studies/" + study + "/metadata/LastUpdate", "x"));
        assertEquals(ErrorCode.INEXISTENT_ITEM, error("GET", "/studies/" + study + "/metadata/nonsense", ""));
        call("DELETE", uri, "");
        assertEquals(ErrorCode.UNKNOWN_RESOURCE, error("GET", uri, ""));
    }

    @Test
    void relativesAndDeletionFollowTheTree() throws IOException {
        assertEquals(2, get("/patients/" + patient + "/series").size());
        assertEquals(2, get("/patients/" + patient + "/instances?expand=false").size());
        assertEquals(
                patient, get("/instances/" + instance + "/patient").path("ID").asText());
        JsonNode remaining = call("DELETE", "/series/" + series, "").json().path("RemainingAncestor");
        assertEquals("/studies/" + study, remaining.path("Path").asText());
        assertTrue(call("DELETE", "/patients/" + patient, "")
                .json()
                .path("RemainingAncestor")
                .isNull());
        call(
                "POST",
                "/tools/bulk-delete",
                "{\"Resources\": [\"nope\", \"" + Samples.ids(2, 1, 1, 1).study() + "\"]}");
        assertEquals(0, get("/statistics").path("CountPatients").asInt());
    }

    @Test
    void theLogsAreReadForwardsAndBackwards() throws IOException {
        JsonNode page = get("/changes?limit=3");
        assertFalse(page.path("Done").asBoolean());
        assertEquals(3, page.path("Last").asInt());
        JsonNode before = get("/changes?to=5&limit=2");
        assertEquals(4, before.path("First").asInt());
        assertEquals(5, before.path("Last").asInt());
        assertEquals(2, get("/changes?type=NewStudy").path("Changes").size());
        assertEquals(1, get("/changes?last").path("Changes").size());
    }

    private JsonNode find(String body) throws IOException {
        return call("POST", "/tools/find", body).json();
    }

    private JsonNode get(String uri) throws IOException {
        return call("GET", uri, "").json();
    }

    private RecordedCall call(String method, String uri, String body) throws IOException {
        return call(method, uri, body, Map.of());
    }

    private RecordedCall call(String method, String uri, String body, Map<String, String> headers) throws IOException {
        RecordedCall call = new RecordedCall(method, uri, body, headers);
        assertTrue(routes.answer(method, call.path(), call::with, call));
        return call;
    }

    private ErrorCode error(String method, String uri, String body) {
        return assertThrows(IsengardException.class, () -> call(method, uri, body))
                .error();
    }

    /** Files that all say the same. */
    private static final class Files implements DicomFiles {
        @Override
        public DicomFile header(String id) {
            Attributes dataset = new Attributes();
            dataset.setString(Tag.PatientPosition, "HFS");
            return new DicomFile(new Attributes(), dataset, TransferSyntax.EXPLICIT_LITTLE_ENDIAN, 0, -1, null);
        }

        @Override
        public DicomFile full(String id) {
            return header(id);
        }

        @Override
        public DicomFile referenced(String id) {
            return header(id);
        }

        @Override
        public ReadOptions headerOptions() {
            return ReadOptions.defaults();
        }

        @Override
        public DicomFile parse(byte[] file) {
            return header("");
        }

        @Override
        public Dictionary dictionary() {
            return Dictionary.standard().withPrivate(List.of());
        }
    }
}
