package org.isengard.index.find;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.FindRequest.Constraint;
import org.isengard.api.index.FindRequest.Part;
import org.isengard.api.index.Index;
import org.isengard.api.index.Resource;
import org.isengard.api.index.ResourceSearch;
import org.isengard.api.index.SearchRequest;
import org.isengard.api.storage.DicomFiles;
import org.isengard.runtime.swap.SwapTimeout;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Searches by any tag: the index finds candidates, tags that it does not keep are computed or read from files. */
@Component(
        service = {ResourceSearch.class, IndexSearch.class},
        configurationPid = "org.isengard",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class IndexSearch implements ResourceSearch {
    private static final String READ_FILES = "Always";
    private static final String NEVER = "Never";
    private static final Set<Part> PARTS = EnumSet.of(Part.TAGS, Part.PARENT_TAGS, Part.METADATA);

    private final Index index;
    private final FindConfig config;
    private final StoredFiles files;
    private final RequestedTags requestedTags;

    @Activate
    public IndexSearch(@Reference Index index, FindConfig config, BundleContext context) {
        this(index, config, SwapTimeout.of(context));
    }

    /** @param timeout how long a search waits for a reader of files that is being swapped */
    public IndexSearch(Index index, FindConfig config, SwapTimeout timeout) {
        this.index = index;
        this.config = config;
        files = new StoredFiles(index, timeout);
        requestedTags = new RequestedTags(index, files, !NEVER.equals(config.StorageAccessOnFind()));
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    public void setFiles(DicomFiles service) {
        files.set(service);
    }

    public void unsetFiles(DicomFiles service) {
        files.unset(service);
    }

    /** Searches that wait for a reader of files end: it comes back to the next search service. */
    @Deactivate
    void close() {
        files.close();
    }

    public StoredFiles files() {
        return files;
    }

    public RequestedTags requestedTags() {
        return requestedTags;
    }

    @Override
    public List<String> findIds(SearchRequest request) throws IOException {
        QueryConditions conditions = conditions(request);
        return search(limited(indexed(request, conditions)), conditions.others());
    }

    @Override
    public void find(SearchRequest request, Predicate<Found> found) throws IOException {
        for (String id : findIds(request)) {
            Optional<Resource> resource = index.get(request.level(), id, PARTS);
            if (resource.isPresent() && !found.test(requestedTags.found(resource.get(), request.requestedTags()))) {
                return;
            }
        }
    }

    @Override
    public long count(SearchRequest request) throws IOException {
        QueryConditions conditions = conditions(request);
        FindRequest all = indexed(request, conditions).page(0, 0);
        return conditions.others().isEmpty()
                ? index.count(all)
                : search(all, conditions.others()).size();
    }

    private QueryConditions conditions(SearchRequest request) {
        return QueryConditions.of(request, requestedTags, files.dictionary());
    }

    private static FindRequest indexed(SearchRequest request, QueryConditions conditions) {
        return new FindRequest(
                request.level(),
                request.within(),
                conditions.indexed(),
                request.labels(),
                request.labelsConstraint(),
                request.metadata(),
                request.orderBy(),
                request.since(),
                request.limit(),
                Set.of());
    }

    /** Applies the limits of the configuration. */
    private FindRequest limited(FindRequest request) {
        long configured =
                request.level() == ResourceLevel.INSTANCE ? config.LimitFindInstances() : config.LimitFindResults();
        if (configured <= 0) {
            return request;
        }
        long limit = request.limit() == 0 ? configured : Math.min(request.limit(), configured);
        return request.page(request.since(), limit);
    }

    private List<String> search(FindRequest request, List<Constraint> others) throws IOException {
        if (others.isEmpty()) {
            return index.findIds(request);
        }
        boolean mayReadFiles = READ_FILES.equals(config.StorageAccessOnFind());
        Set<Integer> tags = others.stream().map(Constraint::tag).collect(Collectors.toSet());
        List<String> found = new ArrayList<>();
        long skip = request.since();
        for (String id : index.findIds(request.page(0, 0))) {
            if (matches(request.level(), id, others, tags, mayReadFiles) && skip-- <= 0) {
                found.add(id);
                if (found.size() == request.limit()) {
                    break;
                }
            }
        }
        return found;
    }

    private boolean matches(
            ResourceLevel level, String id, List<Constraint> others, Set<Integer> tags, boolean mayReadFiles)
            throws IOException {
        Map<Integer, String> values;
        try {
            values = new HashMap<>(requestedTags.values(level, id, tags, mayReadFiles));
        } catch (IsengardException e) {
            if (e.error() == ErrorCode.UNKNOWN_RESOURCE) {
                return false; // deleted meanwhile
            }
            throw e;
        }
        return others.stream().allMatch(constraint -> TagMatch.matches(constraint, values.get(constraint.tag())));
    }
}
