package org.isengard.networking.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Index;
import org.isengard.api.storage.DicomFiles;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.UID;
import org.isengard.dicom.VR;
import org.isengard.dicom.net.AssociationOptions;
import org.isengard.dicom.net.DicomClient;
import org.isengard.dicom.net.Status;
import org.isengard.networking.match.NamedAttributes;
import org.isengard.networking.remote.ServerConfiguration;
import org.isengard.networking.scu.InstanceSender;
import org.isengard.networking.scu.Modalities;
import org.isengard.networking.scu.Modality;
import org.isengard.networking.scu.NetworkFilters;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Queries modalities by C-FIND and keeps the last answers, as many queries as {@code QueryRetrieveSize} says. */
@Component(
        service = RemoteQueries.class,
        configurationPid = ServerConfiguration.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class RemoteQueries {
    /** The tag that identifies a resource, by level; each query at this level or below asks for it. */
    private static final Map<ResourceLevel, List<Integer>> IDENTIFIERS = Map.of(
            ResourceLevel.PATIENT, List.of(Tag.PatientID),
            ResourceLevel.STUDY, List.of(Tag.StudyInstanceUID, Tag.AccessionNumber),
            ResourceLevel.SERIES, List.of(Tag.SeriesInstanceUID),
            ResourceLevel.INSTANCE, List.of(Tag.SOPInstanceUID));

    /** Tags that servers compute; no resource stores them. */
    private static final Map<ResourceLevel, Set<Integer>> COMPUTED = Map.of(
            ResourceLevel.PATIENT,
            Set.of(
                    Tag.NumberOfPatientRelatedStudies,
                    Tag.NumberOfPatientRelatedSeries,
                    Tag.NumberOfPatientRelatedInstances),
            ResourceLevel.STUDY,
            Set.of(
                    Tag.ModalitiesInStudy,
                    Tag.SOPClassesInStudy,
                    Tag.NumberOfStudyRelatedSeries,
                    Tag.NumberOfStudyRelatedInstances),
            ResourceLevel.SERIES,
            Set.of(Tag.NumberOfSeriesRelatedInstances),
            ResourceLevel.INSTANCE,
            Set.of());

    public @interface Config {
        int QueryRetrieveSize();
    }

    /**
     * A query and its answers.
     *
     * @param asked as the client gave it
     * @param localAet the title we used
     * @param timeout in seconds, -1 for that of the modality
     */
    record Query(
            String id,
            Modality modality,
            ResourceLevel level,
            Attributes asked,
            List<Attributes> answers,
            String localAet,
            int timeout) {
        Query {
            answers = List.copyOf(answers);
        }
    }

    private final Modalities modalities;
    private final Index index;
    private final DicomFiles files;
    private final int size;
    private final Map<String, Query> kept = new LinkedHashMap<>(16, 0.75f, true);

    @Reference(policy = ReferencePolicy.STATIC)
    private volatile NetworkFilters filters = NetworkFilters.NONE;

    @Activate
    public RemoteQueries(
            @Reference Modalities modalities, @Reference Index index, @Reference DicomFiles files, Config config) {
        this.modalities = modalities;
        this.index = index;
        this.files = files;
        size = Math.max(1, config.QueryRetrieveSize());
    }

    synchronized List<String> ids() {
        return List.copyOf(kept.keySet());
    }

    /** @throws IsengardException UNKNOWN_RESOURCE when it is not kept, or not any more */
    synchronized Query get(String id) {
        Query query = kept.get(id);
        if (query == null) {
            throw new IsengardException(ErrorCode.UNKNOWN_RESOURCE, "No such query: " + id);
        }
        return query;
    }

    synchronized void forget(String id) {
        kept.remove(id);
    }

    private synchronized Query keep(Query query) {
        kept.put(query.id(), query);
        Iterator<String> eldest = kept.keySet().iterator();
        while (kept.size() > size && eldest.hasNext()) {
            eldest.next();
            eldest.remove();
        }
        return query;
    }

    /**
     * {@return the keys of a query, none where the client gives no query}
     *
     * @throws IsengardException BAD_FILE_FORMAT when it is not an object of texts, or arrays of objects, by tag
     */
    Attributes read(JsonNode given) {
        JsonNode json = given.isMissingNode() ? JsonNodeFactory.instance.objectNode() : given;
        if (!json.isObject()) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "The query must be an object");
        }
        return NamedAttributes.read(
                json, files.dictionary(), files.headerOptions().defaultCharacterSet());
    }

    /** Queries and keeps the answers. @param normalize leave out tags that are not applicable at the level */
    Query run(
            Modality modality, ResourceLevel level, Attributes asked, boolean normalize, String localAet, int timeout) {
        List<Attributes> answers = find(modality, level, asked, normalize, localAet, timeout);
        return keep(new Query(UUID.randomUUID().toString(), modality, level, asked, answers, localAet, timeout));
    }

    /** Queries. @param normalize leave out tags that are not applicable at the level */
    List<Attributes> find(
            Modality modality, ResourceLevel level, Attributes asked, boolean normalize, String localAet, int timeout) {
        var identifier = new Attributes();
        identifier.setCharacterSet(
                files.headerOptions().defaultCharacterSet().definedTerms().toArray(new String[0]));
        asked.forEach(element -> {
            if (!normalize || applies(element.tag(), level)) {
                boolean universal = asked.getString(element.tag(), "").equals("*");
                if (universal && !modality.takesUniversalWildcard(element.vr())) {
                    identifier.setNull(element.tag(), element.vr());
                } else {
                    identifier.put(element);
                }
            }
        });
        for (ResourceLevel above : ResourceLevel.values()) {
            if (above == level || above.isAbove(level)) {
                for (int tag : IDENTIFIERS.get(above)) {
                    if (!identifier.contains(tag)) {
                        VR vr = files.dictionary().vrOf(tag, null);
                        identifier.setString(tag, vr, modality.anyIdentifier());
                    }
                }
            }
        }
        identifier.setString(Tag.QueryRetrieveLevel, VR.CS, name(level));
        return find(modality, level, identifier, localAet, timeout);
    }

    /**
     * Whether a key is applicable at a level: a main tag or a tag of the module of this level or of one above, or what is
     * computed for its resources.
     */
    private boolean applies(int tag, ResourceLevel level) {
        if (tag == Tag.SpecificCharacterSet || COMPUTED.get(level).contains(tag)) {
            return true;
        }
        for (ResourceLevel other : ResourceLevel.values()) {
            if ((other == level || other.isAbove(level))
                    && (index.mainTags(other).contains(tag) || other.module().contains(tag))) {
                return true;
            }
        }
        return false;
    }

    /** {@return a query without what belongs to a level and does not identify a resource of it} */
    Attributes withoutLevel(Attributes query, ResourceLevel level) {
        Attributes rest = query.copy();
        for (int tag : index.mainTags(level)) {
            if (!IDENTIFIERS.get(level).contains(tag)) {
                rest.remove(tag);
            }
        }
        return rest;
    }

    /** Queries a worklist. */
    List<Attributes> findWorklist(Modality modality, Attributes asked, String localAet, int timeout) {
        Attributes identifier = asked.copy();
        identifier.setCharacterSet(
                files.headerOptions().defaultCharacterSet().definedTerms().toArray(new String[0]));
        return find(modality, UID.ModalityWorklistInformationModelFind, identifier, localAet, timeout);
    }

    private List<Attributes> find(
            Modality modality, ResourceLevel level, Attributes identifier, String localAet, int timeout) {
        String sopClass = level == ResourceLevel.PATIENT
                ? UID.PatientRootQueryRetrieveInformationModelFind
                : UID.StudyRootQueryRetrieveInformationModelFind;
        return find(modality, sopClass, identifier, localAet, timeout);
    }

    private List<Attributes> find(
            Modality modality, String sopClass, Attributes identifier, String localAet, int timeout) {
        AssociationOptions call =
                modalities.call(modality, localAet, timeout).propose(sopClass, UID.ImplicitVRLittleEndian);
        List<Attributes> answers = new ArrayList<>();
        try (DicomClient client = DicomClient.open(call)) {
            Attributes sent = filters.outgoingFind(identifier, modality.name());
            DicomClient.Response end = client.find(sopClass, sent, match -> {
                match.setDefaultCharacterSet(files.headerOptions().defaultCharacterSet());
                String instance = match.getString(Tag.SOPInstanceUID, "");
                if (!instance.isEmpty()) {
                    // Orthanc's clients find it here, as in a file.
                    match.setString(Tag.MediaStorageSOPInstanceUID, VR.UI, instance);
                }
                return answers.add(match);
            });
            if (Status.isFailure(end.status())) {
                throw new IsengardException(
                        ErrorCode.NETWORK_PROTOCOL,
                        String.format(
                                "C-FIND to AET \"%s\" failed with status 0x%04X %s",
                                modality.aet(), end.status(), end.errorComment()));
            }
        } catch (IOException e) {
            throw InstanceSender.failure(e, modality);
        }
        return answers;
    }

    /** {@return the value of Query/Retrieve Level (0008,0052)} */
    static String name(ResourceLevel level) {
        return level == ResourceLevel.INSTANCE ? "IMAGE" : level.name();
    }

    /** {@return whether a value of these keys names resources of this very level} */
    static boolean names(Attributes keys, ResourceLevel level) {
        return IDENTIFIERS.get(level).stream()
                .anyMatch(tag -> !keys.getString(tag, "").isEmpty());
    }

    /** {@return tags that identify a resource of this level and those above it} */
    static List<Integer> identifiers(ResourceLevel level) {
        List<Integer> tags = new ArrayList<>();
        for (ResourceLevel above : ResourceLevel.values()) {
            if (above == level || above.isAbove(level)) {
                tags.addAll(IDENTIFIERS.get(above));
            }
        }
        return tags;
    }
}
