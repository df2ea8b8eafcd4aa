package org.isengard.api.security;

import java.util.Set;

/**
 * The studies that somebody may see, with all that is below and the patients above them. The index holds it for each call.
 *
 * @param everything no restriction; the other fields are empty then
 * @param labels a study with one of these labels is visible
 * @param studies Orthanc identifiers of further visible studies
 */
public record Visibility(boolean everything, Set<String> labels, Set<String> studies) {
    public static final Visibility EVERYTHING = new Visibility(true, Set.of(), Set.of());

    public Visibility {
        labels = Set.copyOf(labels);
        studies = Set.copyOf(studies);
    }

    public static Visibility ofLabels(Set<String> labels) {
        return new Visibility(false, labels, Set.of());
    }

    public static Visibility ofStudies(Set<String> studies) {
        return new Visibility(false, Set.of(), studies);
    }

    /** {@return whether a study with these labels is visible} */
    public boolean admits(String study, Set<String> studyLabels) {
        return everything || studies.contains(study) || studyLabels.stream().anyMatch(labels::contains);
    }
}
