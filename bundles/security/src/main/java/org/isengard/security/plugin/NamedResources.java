package org.isengard.security.plugin;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Index;
import org.isengard.api.security.Authorizer.Action;
import org.isengard.api.security.Identity;
import org.isengard.runtime.swap.Lease;

/**
 * The resources that paths name: by Orthanc's identifier below {@code /patients}, {@code /studies}, {@code /series} and
 * {@code /instances}, and by UID below {@code /dicom-web} (PS3.18 section 10.1.1).
 */
public final class NamedResources implements Authorizers.Actions {
    private static final Pattern REST = Pattern.compile("/(patients|studies|series|instances)/([^/]+)(/.*)?");
    private static final Pattern DICOM_WEB = Pattern.compile(
            "/dicom-web(?:/studies/(?<study>[^/]+))?(?:/series/(?<series>[^/]+))?(?:/instances/(?<instance>[^/]+))?(?:/.*)?");

    private final Lease<Index> index;

    /** @param index asked with the rights of the server */
    public NamedResources(Lease<Index> index) {
        this.index = index;
    }

    @Override
    public List<Action> of(String method, String path) throws IOException {
        Matcher rest = REST.matcher(path);
        if (rest.matches()) {
            ResourceLevel level = switch (rest.group(1)) {
                case "patients" -> ResourceLevel.PATIENT;
                case "studies" -> ResourceLevel.STUDY;
                case "series" -> ResourceLevel.SERIES;
                default -> ResourceLevel.INSTANCE;
            };
            Index.Ref ref = new Index.Ref(level, rest.group(2));
            Action action = index.use(present -> Identity.SERVER.run(() -> action(present, method, path, ref)));
            return List.of(action);
        }
        Matcher web = DICOM_WEB.matcher(path);
        String uid = web.matches() ? lowest(web) : null;
        if (uid != null) {
            List<Action> named = index.use(present -> Identity.SERVER.run(() -> present.lookup(uid).stream()
                    .map(ref -> action(present, method, path, ref))
                    .toList()));
            if (!named.isEmpty()) {
                return named;
            }
        }
        return List.of(new Action(method, path, Optional.empty(), Optional.empty(), Set.of()));
    }

    private static String lowest(Matcher web) {
        String instance = web.group("instance");
        String series = web.group("series");
        return instance != null ? instance : series != null ? series : web.group("study");
    }

    private static Action action(Index index, String method, String path, Index.Ref ref) {
        Optional<String> labelled = switch (ref.level()) {
            case PATIENT, STUDY -> Optional.of(ref.id());
            default -> index.ancestor(ref.level(), ref.id(), ResourceLevel.STUDY);
        };
        ResourceLevel level = ref.level() == ResourceLevel.PATIENT ? ResourceLevel.PATIENT : ResourceLevel.STUDY;
        Set<String> labels = labelled.filter(id -> index.exists(level, id))
                .map(id -> index.labels(level, id))
                .orElse(Set.of());
        return new Action(method, path, Optional.of(ref.level()), Optional.of(ref.id()), labels);
    }
}
