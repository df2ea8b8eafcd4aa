package org.isengard.networking.scp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.ResourceSearch;
import org.isengard.api.index.SearchRequest;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Element;
import org.isengard.dicom.OrthancText;
import org.isengard.dicom.Sequence;
import org.isengard.dicom.SpecificCharacterSet;
import org.isengard.dicom.Tag;
import org.isengard.dicom.Tags;
import org.isengard.dicom.VR;
import org.isengard.dicom.Value;
import org.isengard.dicom.net.DimseException;
import org.isengard.dicom.net.FindResponses;
import org.isengard.dicom.net.Status;
import org.isengard.networking.match.AttributeMatch;
import org.isengard.networking.remote.ServerConfiguration;
import org.isengard.networking.scu.Modalities;
import org.isengard.networking.scu.StoredInstances;
import org.isengard.runtime.swap.ServiceAbsentException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers C-FIND from what is stored (PS3.4 section C.4.1): the same search as {@code /tools/find}, with the case rules
 * and limits that the configuration sets.
 */
@Component(
        service = FindScp.class,
        configurationPid = ServerConfiguration.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class FindScp {
    private static final Logger LOG = LoggerFactory.getLogger(FindScp.class);

    /** Attributes of the answer itself, which no resource has and which therefore match everything. */
    private static final Set<Integer> NOT_MATCHED = Set.of(
            Tag.SpecificCharacterSet,
            Tag.QueryRetrieveLevel,
            Tag.QueryRetrieveView,
            Tag.RetrieveAETitle,
            Tag.InstanceAvailability,
            Tag.StorageMediaFileSetID,
            Tag.StorageMediaFileSetUID,
            Tag.TimezoneOffsetFromUTC);

    @interface Config {
        boolean CaseSensitivePN();

        String StorageAccessOnFind();
    }

    private final ResourceSearch search;
    private final StoredInstances stored;
    private final Modalities modalities;
    private final boolean caseSensitiveNames;
    private final boolean mayReadFiles;

    @Activate
    public FindScp(
            @Reference ResourceSearch search,
            @Reference StoredInstances stored,
            @Reference Modalities modalities,
            Config config) {
        this.search = search;
        this.stored = stored;
        this.modalities = modalities;
        caseSensitiveNames = config.CaseSensitivePN();
        mayReadFiles = !"Never".equals(config.StorageAccessOnFind());
    }

    /** Finds what matches the identifier, and sends one answer for each resource. */
    void find(Attributes identifier, FindResponses responses) throws IOException {
        identifier.setDefaultCharacterSet(stored.files().headerOptions().defaultCharacterSet());
        ResourceLevel level = level(identifier);
        Map<Integer, String> query = new LinkedHashMap<>();
        List<Integer> requested = new ArrayList<>();
        for (Element element : identifier) {
            if (!isKey(element.tag())) {
                continue;
            }
            requested.add(element.tag());
            String text = element.isEmpty() || element.vr() == VR.SQ ? null : OrthancText.of(identifier, element);
            if (text != null && !text.isEmpty()) {
                query.put(element.tag(), text);
            }
        }
        SpecificCharacterSet encoding =
                identifier.getString(Tag.SpecificCharacterSet, "").isEmpty()
                        ? stored.files().headerOptions().defaultCharacterSet()
                        : identifier.characterSet();
        // Only names may be matched without case (PS3.4 section C.2.2.2.1).
        var letterCase = new SearchRequest.LetterCase(caseSensitiveNames, true);
        List<ResourceSearch.Found> all = search(SearchRequest.of(level, query, letterCase, requested));
        var inFile = new AttributeMatch(keysInFile(identifier), caseSensitiveNames);
        boolean readFiles = mayReadFiles && !inFile.isEmpty();
        for (ResourceSearch.Found found : all) {
            if (responses.isCancelled()) {
                return;
            }
            Attributes answer = answer(identifier, found.values(), encoding);
            if (!readFiles) {
                responses.matchSoon(answer);
            } else if (addFromFile(answer, level, found.id(), inFile)) {
                responses.match(answer);
            }
        }
    }

    /** @throws ServiceAbsentException when the search misses a feature that is being swapped */
    private List<ResourceSearch.Found> search(SearchRequest request) throws IOException {
        List<ResourceSearch.Found> all = new ArrayList<>();
        try {
            search.find(request, all::add);
        } catch (IsengardException e) {
            if (e.getCause() instanceof ServiceAbsentException absent) {
                throw absent;
            }
            throw new DimseException(StoreReceiver.status(e.error()), e.getMessage(), e);
        }
        // Clients rely on Orthanc's order.
        all.sort(Comparator.comparing(ResourceSearch.Found::id));
        return all;
    }

    /** Whether an element of the identifier asks for an attribute of the resource. */
    private static boolean isKey(int tag) {
        return !NOT_MATCHED.contains(tag)
                && !Tags.isGroupLength(tag)
                // A private creator names a block of private attributes (PS3.5 section 7.8.1) and matches nothing.
                && !Tags.isPrivateCreator(tag)
                // Groups of the command and of the meta header belong to no data set.
                && Tags.group(tag) > 0x0007;
    }

    /** {@return the keys that only a file knows: sequences, and private ones whose form nobody knows} */
    private static Attributes keysInFile(Attributes identifier) {
        var keys = new Attributes();
        keys.setDefaultCharacterSet(identifier.characterSet());
        for (Element element : identifier) {
            if (element.vr() == VR.SQ || element.vr() == VR.UN && element.isEmpty()) {
                keys.put(element);
            }
        }
        return keys;
    }

    /** Adds what is in the file of one instance. @return false when it does not match, or is not there any more */
    private boolean addFromFile(Attributes answer, ResourceLevel level, String id, AttributeMatch inFile)
            throws IOException {
        List<String> instances = level == ResourceLevel.INSTANCE
                ? List.of(id)
                : stored.index()
                        .findIds(FindRequest.all(ResourceLevel.INSTANCE, Set.of())
                                .within(level, id)
                                .page(0, 1));
        if (instances.isEmpty()) {
            return false;
        }
        Attributes dataset;
        try {
            dataset = stored.files().header(instances.get(0)).dataset();
        } catch (IsengardException e) {
            LOG.debug("Instance {} has gone: {}", instances.get(0), e.details());
            return false;
        }
        if (!inFile.matches(dataset)) {
            return false;
        }
        addTo(answer, inFile.answer(dataset));
        return true;
    }

    /** Copies elements, with text in the character set of the target. */
    private static void addTo(Attributes target, Attributes source) {
        for (Element element : source) {
            if (element.tag() == Tag.SpecificCharacterSet) {
                continue;
            }
            if (element instanceof Sequence items) {
                Sequence copy = target.newSequence(element.tag());
                for (Attributes item : items) {
                    addTo(copy.newItem(), item);
                }
            } else if (element instanceof Value value && value.needsCharacterSet()) {
                target.setString(
                        element.tag(),
                        element.vr(),
                        source.getStrings(element.tag()).toArray(new String[0]));
            } else {
                target.put(element);
            }
        }
    }

    private Attributes answer(Attributes identifier, Map<Integer, String> values, SpecificCharacterSet encoding) {
        var answer = new Attributes();
        answer.setCharacterSet(encoding.definedTerms().toArray(new String[0]));
        for (Element element : identifier) {
            int tag = element.tag();
            String value = values.getOrDefault(tag, "");
            if (Tags.isPrivateCreator(tag)) {
                answer.put(element);
            } else if (isKey(tag) && value.isEmpty()) {
                answer.setNull(tag, element.vr());
            } else if (isKey(tag)) {
                try {
                    set(answer, tag, element.vr(), value);
                } catch (NumberFormatException e) {
                    answer.setNull(tag, element.vr());
                }
            }
        }
        answer.setString(Tag.QueryRetrieveLevel, VR.CS, identifier.getString(Tag.QueryRetrieveLevel, ""));
        answer.setString(Tag.RetrieveAETitle, VR.AE, modalities.aet());
        if (identifier.contains(Tag.InstanceAvailability)) {
            answer.setString(Tag.InstanceAvailability, VR.CS, "ONLINE");
        }
        return answer;
    }

    private static void set(Attributes answer, int tag, VR vr, String text) {
        if (vr.isText() || vr.isString()) {
            answer.setString(tag, vr, text.split("\\\\", -1));
        } else if (vr.isInteger()) {
            answer.setLong(
                    tag,
                    vr,
                    Arrays.stream(text.split("\\\\")).mapToLong(Long::parseLong).toArray());
        } else if (vr.isNumber()) {
            answer.setDouble(
                    tag,
                    vr,
                    Arrays.stream(text.split("\\\\"))
                            .mapToDouble(Double::parseDouble)
                            .toArray());
        } else {
            answer.setNull(tag, vr);
        }
    }

    /** {@return the level that an identifier asks for} @throws DimseException A900 when it names none */
    static ResourceLevel level(Attributes identifier) throws DimseException {
        String name = identifier.getString(Tag.QueryRetrieveLevel, "").trim().toUpperCase(Locale.ROOT);
        if (name.equals("IMAGE")) {
            return ResourceLevel.INSTANCE;
        }
        return ResourceLevel.of(name)
                .orElseThrow(
                        () -> new DimseException(Status.IDENTIFIER_DOES_NOT_MATCH, "No query/retrieve level: " + name));
    }
}
