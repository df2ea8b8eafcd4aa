package org.isengard.rest;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.Filter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Index;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.dicom.Tags;
import org.isengard.dicom.UIDs;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.Features;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.isengard.rest.kit.content.XmlGenerator;
import org.isengard.runtime.Json;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server itself: {@code /system}, {@code /tools}, clock, identifiers, metrics, reset and shutdown. */
@Component(
        service = Filter.class,
        configurationPid = ServerConfiguration.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Feature(isengard_feature = "rest")
public final class SystemRoutes extends RoutingFilter {
    /** The Orthanc whose API we speak; clients decide by it. */
    private static final Set<String> THIRD_PARTIES = Set.of(
            "org.apache.felix.framework",
            "org.apache.felix.http.jetty12",
            "org.apache.karaf.features.core",
            "com.fasterxml.jackson.core.jackson-databind",
            "org.xerial.sqlite-jdbc",
            "org.postgresql.jdbc");

    static final String ORTHANC_VERSION = "1.13.0";

    private static final int API_VERSION = 31;
    private static final int DATABASE_VERSION = 6;
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss");
    private static final Logger LOG = LoggerFactory.getLogger(SystemRoutes.class);

    @interface Config {
        String Name();

        String DicomAet();

        int DicomPort();

        int HttpPort();

        int ConcurrentJobs();

        int DicomThreadsCount();

        int HttpThreadsCount();

        int MaximumStorageCacheSize();

        boolean CheckRevisions();

        String DicomDefaultRetrieveMethod();

        String IngestTranscoding();

        boolean RemoteAccessAllowed();

        boolean AuthenticationEnabled();

        int MaximumPatientCount();

        String MaximumStorageMode();

        int MaximumStorageSize();

        /** Never, Always or IfChanged. */
        String OverwriteInstances();

        boolean StoreMD5ForAttachments();

        boolean StorageCompression();

        boolean PatientLevelEnabled();

        boolean ReadOnly();

        String UserMetadata();
    }

    private record SystemAnswer(Index index, byte[] json) {}

    private final Config config;
    private final Features features;
    private final Metrics metrics;
    private final ServerConfiguration configuration;
    private final BundleContext context;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Index index;

    private volatile SystemAnswer answer;

    @Activate
    public SystemRoutes(
            Config config,
            @Reference Features features,
            @Reference Metrics metrics,
            @Reference ServerConfiguration configuration,
            BundleContext context) {
        super(new Routes());
        this.config = config;
        this.features = features;
        this.metrics = metrics;
        this.configuration = configuration;
        this.context = context;
        routes().get("/system", this::system)
                .get("/tools", this::tools)
                .get(
                        "/tools/now",
                        (request, response) -> response.text(CLOCK.format(LocalDateTime.now(ZoneOffset.UTC))))
                .get("/tools/now-local", (request, response) -> response.text(CLOCK.format(LocalDateTime.now())))
                .get("/tools/generate-uid", SystemRoutes::generateUid)
                .get(
                        "/tools/dicom-conformance",
                        (request, response) -> response.text(ConformanceStatement.text(config.DicomAet())))
                .get("/tools/metrics", (request, response) -> response.text(metrics.enabled() ? "1" : "0"))
                .put("/tools/metrics", this::setMetrics)
                .get("/tools/metrics-prometheus", (request, response) -> response.text(metrics.prometheus()))
                .post("/tools/reset", this::reset)
                .post("/tools/shutdown", this::shutdown);
    }

    /** Nothing in it changes while this component and the index are the same: it is written once. */
    private void system(Request request, Response response) throws IOException {
        Index there = index;
        if (XmlGenerator.isAskedFor(request.header("Accept").orElse(null))) {
            response.json((JsonGenerator json) -> writeSystem(json, there));
            return;
        }
        SystemAnswer known = answer;
        if (known == null || known.index != there) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (JsonGenerator json = Json.FACTORY.createGenerator(out)) {
                writeSystem(json, there);
            }
            known = new SystemAnswer(there, out.toByteArray());
            answer = known;
        }
        response.bytes(known.json, "application/json");
    }

    private void writeSystem(JsonGenerator json, Index there) throws IOException {
        json.writeStartObject();
        json.writeNumberField("ApiVersion", API_VERSION);
        json.writeObjectFieldStart("Capabilities");
        json.writeBooleanField("HasExtendedChanges", true);
        json.writeBooleanField("HasExtendedFind", true);
        json.writeBooleanField("HasKeyValueStores", true);
        json.writeBooleanField("HasQueues", true);
        json.writeBooleanField("HasReserveQueueValue", true);
        json.writeEndObject();
        json.writeBooleanField("CheckRevisions", config.CheckRevisions());
        json.writeNullField("DatabaseBackendPlugin");
        if (there != null) {
            json.writeStringField(
                    "DatabaseServerIdentifier",
                    there.globalProperty("DatabaseServerIdentifier").orElse(""));
        }
        json.writeNumberField("DatabaseVersion", DATABASE_VERSION);
        json.writeStringField("DicomAet", config.DicomAet());
        json.writeStringField("DicomDefaultRetrieveMethod", config.DicomDefaultRetrieveMethod());
        json.writeNumberField("DicomPort", config.DicomPort());
        json.writeBooleanField("HasLabels", true);
        json.writeNumberField("HttpPort", config.HttpPort());
        json.writeStringField("IngestTranscoding", config.IngestTranscoding());
        json.writeBooleanField("IsHttpServerSecure", !config.RemoteAccessAllowed() || config.AuthenticationEnabled());
        json.writeObjectFieldStart("Isengard");
        json.writeStringField("Version", context.getBundle().getVersion().toString());
        json.writeEndObject();
        if (there != null) {
            mainTags(json, there);
        }
        json.writeNumberField("MaximumPatientCount", config.MaximumPatientCount());
        json.writeStringField("MaximumStorageMode", config.MaximumStorageMode());
        json.writeNumberField("MaximumStorageSize", config.MaximumStorageSize());
        json.writeStringField("Name", config.Name());
        json.writeBooleanField("OverwriteInstances", isAlways());
        json.writeStringField("OverwriteInstancesMode", config.OverwriteInstances());
        json.writeBooleanField("PatientLevelEnabled", config.PatientLevelEnabled());
        performance(json);
        json.writeBooleanField("PluginsEnabled", true);
        json.writeBooleanField("ReadOnly", config.ReadOnly());
        json.writeNullField("StorageAreaPlugin");
        json.writeBooleanField("StorageCompression", config.StorageCompression());
        json.writeBooleanField("StoreMD5ForAttachments", config.StoreMD5ForAttachments());
        json.writeArrayFieldStart("ThirdPartyPatches");
        json.writeEndArray();
        thirdParties(json);
        userMetadata(json);
        json.writeStringField("Version", ORTHANC_VERSION);
        json.writeEndObject();
    }

    /** In this mode alone, the receiver replaces an instance whatever its bytes. */
    private boolean isAlways() {
        return config.OverwriteInstances().equals("Always");
    }

    private static void mainTags(JsonGenerator json, Index index) throws IOException {
        json.writeObjectFieldStart("MainDicomTags");
        for (ResourceLevel level : ResourceLevel.values()) {
            json.writeStringField(
                    level.label(),
                    new TreeSet<>(index.mainTags(level))
                            .stream().map(Tags::toString).sorted().collect(Collectors.joining(";")));
        }
        json.writeEndObject();
    }

    /** The options that matter for speed, as the configuration has them. */
    private void performance(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("Performance");
        json.writeNumberField("ConcurrentJobs", config.ConcurrentJobs());
        json.writeNumberField("DicomThreadsCount", config.DicomThreadsCount());
        json.writeNumberField("HttpThreadsCount", config.HttpThreadsCount());
        json.writeNumberField("MaximumStorageCacheSize", config.MaximumStorageCacheSize());
        json.writeEndObject();
    }

    private void thirdParties(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("ThirdPartyVersions");
        json.writeStringField("java", System.getProperty("java.version"));
        Map<String, String> versions = new TreeMap<>();
        for (Bundle bundle : context.getBundles()) {
            String name = String.valueOf(bundle.getSymbolicName());
            if (THIRD_PARTIES.contains(name)) {
                versions.put(name, bundle.getVersion().toString());
            }
        }
        for (Map.Entry<String, String> version : versions.entrySet()) {
            json.writeStringField(version.getKey(), version.getValue());
        }
        json.writeEndObject();
    }

    private void userMetadata(JsonGenerator json) throws IOException {
        ObjectNode both = Json.MAPPER.createObjectNode();
        for (Map.Entry<String, JsonNode> entry :
                Json.MAPPER.readTree(config.UserMetadata()).properties()) {
            both.put(entry.getKey(), entry.getValue().asInt());
            both.put(entry.getValue().asText(), entry.getValue().asInt());
        }
        json.writeFieldName("UserMetadata");
        Json.MAPPER.writeTree(json, both);
    }

    private void tools(Request request, Response response) throws IOException {
        Set<String> names = features.templates().stream()
                .map(template -> template.substring(template.indexOf(' ') + 1))
                .filter(template -> template.startsWith("/tools/"))
                .map(template -> template.split("/")[2])
                .collect(Collectors.toCollection(TreeSet::new));
        response.json(json -> Json.MAPPER.writeValue(json, names));
    }

    private static void generateUid(Request request, Response response) throws IOException {
        String level = request.query("level").orElse("");
        if (!Set.of("patient", "study", "series", "instance").contains(level)) {
            throw new IsengardException(ErrorCode.UNKNOWN_RESOURCE, "level must be patient, study, series or instance");
        }
        // A patient identifier is an LO of at most 64 characters: a UID fits.
        response.text(UIDs.generate());
    }

    private void setMetrics(Request request, Response response) throws IOException {
        switch (request.text()) {
            case "0" -> metrics.enable(false);
            case "1" -> metrics.enable(true);
            default -> throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "0 or 1 is expected");
        }
    }

    private void reset(Request request, Response response) throws IOException {
        response.json(Json.MAPPER.createObjectNode());
        later("isengard-reset", () -> {
            try {
                configuration.reload();
            } catch (IsengardException e) {
                LOG.error("The configuration could not be read again, the one before stays: {}", e.details());
            }
        });
    }

    private void shutdown(Request request, Response response) throws IOException {
        response.json(Json.MAPPER.createObjectNode());
        later("isengard-shutdown", () -> {
            try {
                context.getBundle(0).stop();
            } catch (BundleException e) {
                LOG.error("Cannot stop the server", e);
            }
        });
    }

    /** After the answer is out: the bundle that answers may be stopped by what follows. */
    private static void later(String name, Runnable action) {
        Thread thread = new Thread(action, name);
        thread.setDaemon(true);
        thread.start();
    }
}
