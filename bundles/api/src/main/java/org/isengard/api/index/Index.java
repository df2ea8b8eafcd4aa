package org.isengard.api.index;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.isengard.api.ResourceLevel;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The resource index. Each writing call returns after its transaction is durable; concurrent calls share commits.
 * Identifiers that do not exist give empty answers, or UNKNOWN_RESOURCE where a value must be returned.
 */
@ProviderType
public interface Index {
    /** The outcome for an instance; {@code obsolete} are files whose rows are gone and that may be deleted. */
    record Stored(StoreStatus status, List<Attachment> obsolete) {}

    /** The outcome of a deletion; {@code ancestor} is the nearest ancestor that remains. */
    record Deleted(Optional<Ref> ancestor) {}

    /** A resource by level and identifier. */
    record Ref(ResourceLevel level, String id) {}

    /** Records an instance and, where new, its ancestors. */
    Stored store(NewInstance instance);

    /** Empties a resource and its descendants; files go to {@link #takeGarbage}. Empty when it does not exist. */
    Optional<Deleted> delete(ResourceLevel level, String id);

    boolean exists(ResourceLevel level, String id);

    /** {@return the resource with all parts asked for} */
    Optional<Resource> get(ResourceLevel level, String id, Set<FindRequest.Part> with);

    /** {@return the identifier of the ancestor of a resource at a higher level} */
    Optional<String> ancestor(ResourceLevel level, String id, ResourceLevel ancestorLevel);

    List<Resource> find(FindRequest request);

    /** {@return identifiers only, in the order of {@link #find}} */
    List<String> findIds(FindRequest request);

    long count(FindRequest request);

    /** {@return all resources of any level one of whose identifying tags equals a value, as /tools/lookup} */
    List<Ref> lookup(String value);

    Statistics statistics();

    Optional<Statistics> statistics(ResourceLevel level, String id);

    Optional<MetadataValue> metadata(ResourceLevel level, String id, String name);

    /** {@return metadata by name, in Orthanc's order (by number)} */
    Map<String, MetadataValue> metadata(ResourceLevel level, String id);

    /** {@return the number of a metadata name, or empty when the name is not known} */
    Optional<Integer> metadataNumber(String name);

    /**
     * Sets a metadata.
     *
     * @param expected the revision the caller knows, -1 when revisions are not checked or there is none yet
     * @return the new revision
     * @throws org.isengard.api.IsengardException REVISION when {@code expected} is checked and outdated
     */
    long setMetadata(ResourceLevel level, String id, String name, String value, long expected, boolean check);

    /** {@return false when there was none} */
    boolean deleteMetadata(ResourceLevel level, String id, String name, long expected, boolean check);

    Optional<Attachment> attachment(ResourceLevel level, String id, String type);

    /** {@return all attachments in Orthanc's order (by number)} */
    List<Attachment> attachments(ResourceLevel level, String id);

    /** {@return the number of an attachment type, or empty when the name is not known} */
    Optional<Integer> attachmentNumber(String type);

    /** Adds or replaces an attachment whose file is durable; returns the new revision. The replaced file becomes garbage. */
    long setAttachment(ResourceLevel level, String id, Attachment attachment, long expected, boolean check);

    boolean deleteAttachment(ResourceLevel level, String id, String type, long expected, boolean check);

    Set<String> labels(ResourceLevel level, String id);

    void addLabel(ResourceLevel level, String id, String label);

    void removeLabel(ResourceLevel level, String id, String label);

    Set<String> allLabels();

    boolean isProtected(String patient);

    void setProtected(String patient, boolean value);

    /** {@return changes after {@code since} (exclusive), of the given types only when types is not empty} */
    Page<Change> changes(long since, long to, int limit, Set<String> types, boolean descending);

    Optional<Change> lastChange();

    void clearChanges();

    Page<Exported> exports(long since, int limit);

    Optional<Exported> lastExported();

    void logExported(ResourceLevel level, String id, String remoteModality);

    void clearExports();

    /** Takes again the main tags of one instance and its ancestors from a data set (reconstruct). */
    void updateMainTags(String instance, org.isengard.dicom.Attributes dataset, Map<String, String> metadata);

    /** Takes the main tags of resources, and only of these, from a data set; leaves out those that are not there. */
    void updateMainTags(List<Ref> resources, org.isengard.dicom.Attributes dataset);

    /** {@return tags kept as columns or rows at a level, with those of ExtraMainDicomTags} */
    Set<Integer> mainTags(ResourceLevel level);

    /** {@return at most {@code limit} files whose rows are gone; repeat until empty} */
    List<Attachment> garbage(int limit);

    /** Forgets files that were deleted. */
    void collected(List<String> uuids);

    /** {@return those of these file names that belong to a resource or wait in the garbage} */
    Set<String> known(List<String> uuids);

    /** {@return file names after a given one in order, for walking through all of them} */
    List<Attachment> attachmentsAfter(String uuid, int limit);

    /** A value kept for the server as a whole, such as the identifier of the database. */
    Optional<String> globalProperty(String name);

    void setGlobalProperty(String name, String value);
}
