package org.isengard.dicomweb.qido;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.Index;
import org.isengard.api.index.ResourceSearch;
import org.isengard.api.index.ResourceSearch.Found;
import org.isengard.api.index.SearchRequest;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.api.rest.Router;
import org.isengard.api.storage.DicomFiles;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicomweb.media.Accept;
import org.isengard.dicomweb.media.MultipartWriter;
import org.isengard.dicomweb.model.JsonModelWriter;
import org.isengard.dicomweb.model.XmlModelWriter;
import org.isengard.dicomweb.options.ServiceAddress;
import org.isengard.runtime.Json;

/** The six search resources of QIDO-RS (PS3.18 section 10.6.1). */
public final class SearchRoutes {
    private static final String JSON = "application/dicom+json";
    private static final String XML = "application/dicom+xml";

    /** Answers up to this many are held, so that the header Warning can tell whether there are more. */
    private static final int HELD = 1000;

    private final ResourceSearch search;
    private final Index index;
    private final DicomFiles files;
    private final ServiceAddress address;
    private final SearchRequest.LetterCase letterCase;

    /** @param caseSensitive whether upper and lower case differ */
    public SearchRoutes(
            ResourceSearch search, Index index, DicomFiles files, ServiceAddress address, boolean caseSensitive) {
        this.search = search;
        this.index = index;
        this.files = files;
        this.address = address;
        letterCase = new SearchRequest.LetterCase(caseSensitive, caseSensitive);
    }

    /** @param root path of the service with a slash at its end */
    public void addTo(Router routes, String root) {
        routes.get(root + "studies", (rq, rs) -> search(ResourceLevel.STUDY, rq, rs, Map.of()))
                .get(root + "series", (rq, rs) -> search(ResourceLevel.SERIES, rq, rs, Map.of()))
                .get(root + "instances", (rq, rs) -> search(ResourceLevel.INSTANCE, rq, rs, Map.of()))
                .get(root + "studies/{study}/series", (rq, rs) -> search(ResourceLevel.SERIES, rq, rs, study(rq)))
                .get(root + "studies/{study}/instances", (rq, rs) -> search(ResourceLevel.INSTANCE, rq, rs, study(rq)))
                .get(root + "studies/{study}/series/{series}/instances", (rq, rs) -> {
                    Map<Integer, String> within = new LinkedHashMap<>(study(rq));
                    within.put(Tag.SeriesInstanceUID, rq.path("series"));
                    search(ResourceLevel.INSTANCE, rq, rs, within);
                });
    }

    private static Map<Integer, String> study(Request request) {
        return Map.of(Tag.StudyInstanceUID, request.path("study"));
    }

    private void search(ResourceLevel level, Request request, Response response, Map<Integer, String> within)
            throws IOException {
        boolean xml = wantsXml(Accept.of(request));
        QidoQuery query = QidoQuery.parse(request.query(), level, files.dictionary());
        Map<Integer, String> matches = new LinkedHashMap<>(query.matches());
        matches.putAll(within);
        SearchRequest all = SearchRequest.of(level, matches, letterCase, query.answered());
        List<String> warnings = new ArrayList<>();
        if (query.fuzzy()) {
            warnings.add("The fuzzymatching parameter is not supported. Only literal matching has been performed.");
        }
        if (!query.ignored().isEmpty()) {
            warnings.add("These parameters are not supported: " + String.join(", ", query.ignored()));
        }
        String base = address.base(request);
        boolean few = query.limit() > 0 && query.limit() <= HELD || search.count(all) <= HELD;
        if (!few) {
            warn(response, base, warnings);
            write(xml, response, base, level, answer -> find(all, query, query.limit(), answer));
            return;
        }
        List<Found> held = new ArrayList<>();
        find(all, query, query.limit() == 0 ? 0 : query.limit() + 1, held::add);
        if (query.limit() > 0 && held.size() > query.limit()) {
            held.remove(held.size() - 1);
            if (query.paths().isEmpty()) {
                long remaining = search.count(all) - query.offset() - query.limit();
                warnings.add("There are " + Math.max(1, remaining) + " additional results that can be requested");
            } else {
                warnings.add("There are additional results that can be requested");
            }
        }
        held.sort(Comparator.comparing(Found::id)); // the order of Orthanc
        warn(response, base, warnings);
        write(xml, response, base, level, answer -> {
            for (Found found : held) {
                if (!answer.test(found)) {
                    return;
                }
            }
        });
    }

    /** JSON wherever a client takes it, as Orthanc does, whatever the weights. */
    private static boolean wantsXml(Accept accept) {
        if (accept.covers(JSON) || accept.covers("application/json")) {
            return false;
        }
        if (accept.covers(XML) || accept.coversParts(XML)) {
            return true;
        }
        if (accept.covers("application/xml")) {
            throw new IsengardException(
                    ErrorCode.BAD_FILE_FORMAT, "Answers are application/dicom+json or application/dicom+xml");
        }
        return false;
    }

    private void find(SearchRequest all, QidoQuery query, long limit, Predicate<Found> answer) throws IOException {
        if (query.offset() == Long.MAX_VALUE) {
            return;
        }
        if (query.paths().isEmpty()) {
            search.find(page(all, query.offset(), limit), answer);
            return;
        }
        long[] passed = {0, 0};
        search.find(page(all, 0, 0), found -> {
            if (!matches(all.level(), found.id(), query.paths()) || passed[0]++ < query.offset()) {
                return true;
            }
            return answer.test(found) && (limit == 0 || ++passed[1] < limit);
        });
    }

    private static SearchRequest page(SearchRequest all, long since, long limit) {
        return new SearchRequest(
                all.level(),
                all.within(),
                all.query(),
                all.letterCase(),
                all.labels(),
                all.labelsConstraint(),
                all.metadata(),
                all.orderBy(),
                since,
                limit,
                all.requestedTags());
    }

    /** The search looks for elements of sequences in the file of the first instance. */
    private boolean matches(ResourceLevel level, String id, List<PathMatch> paths) {
        String instance = id;
        if (level != ResourceLevel.INSTANCE) {
            List<String> first = index.findIds(FindRequest.all(ResourceLevel.INSTANCE, Set.of())
                    .within(level, id)
                    .page(0, 1));
            if (first.isEmpty()) {
                return false;
            }
            instance = first.get(0);
        }
        try {
            Attributes dataset = files.dataset(instance);
            return paths.stream().allMatch(path -> path.matches(dataset));
        } catch (IsengardException e) {
            return false; // deleted meanwhile
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void warn(Response response, String base, List<String> warnings) {
        if (!warnings.isEmpty()) {
            String text = String.join(" ", warnings).replaceAll("[^ -~]", "?").replace("\"", "'");
            response.header("Warning", "299 " + base + " \"" + text.substring(0, Math.min(text.length(), 2000)) + "\"");
        }
    }

    /** Gives what is found to an answer, one after the other. */
    @FunctionalInterface
    private interface Answers {
        void each(Predicate<Found> answer) throws IOException;
    }

    private void write(boolean xml, Response response, String base, ResourceLevel level, Answers answers)
            throws IOException {
        SeriesSequences sequences = new SeriesSequences(search);
        try {
            if (xml) {
                try (MultipartWriter parts = MultipartWriter.open(response, XML)) {
                    answers.each(found -> {
                        try {
                            OutputStream part = parts.part(XML, "", -1);
                            XmlModelWriter.write(
                                    part,
                                    answer(sequences.complete(found, level), level, base),
                                    files.dictionary(),
                                    null);
                            return true;
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
                }
                return;
            }
            JsonGenerator json = Json.FACTORY.createGenerator(response.stream(JSON, -1));
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
            json.writeStartArray();
            JsonModelWriter model = new JsonModelWriter(json, null);
            answers.each(found -> {
                try {
                    model.write(answer(sequences.complete(found, level), level, base));
                    return true;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            json.writeEndArray();
            json.close();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private Attributes answer(Found found, ResourceLevel level, String base) {
        return SearchAnswer.of(found, level, base, files.dictionary());
    }
}
