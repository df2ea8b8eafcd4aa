package org.isengard.api;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.isengard.dicom.orthanc.Modules;

/** The four levels of the DICOM resource tree (PS3.3 section 7.1), named as in Orthanc's REST API. */
public enum ResourceLevel {
    PATIENT("Patient", "patients"),
    STUDY("Study", "studies"),
    SERIES("Series", "series"),
    INSTANCE("Instance", "instances");

    private final String label;
    private final String path;

    ResourceLevel(String label, String path) {
        this.label = label;
        this.path = path;
    }

    /** {@return the name in JSON, such as {@code Study}} */
    public String label() {
        return label;
    }

    /** {@return the first segment of the REST path, such as {@code studies}} */
    public String path() {
        return path;
    }

    /** {@return the REST path of one resource, such as {@code /studies/ID}} */
    public String path(String id) {
        return "/" + path + "/" + id;
    }

    /** {@return the tags of the module of the level, such as General Study (PS3.3 sections C.7.1.1, C.7.2.1, C.7.3.1, C.12.1)} */
    public Set<Integer> module() {
        return switch (this) {
            case PATIENT -> Modules.PATIENT;
            case STUDY -> Modules.GENERAL_STUDY;
            case SERIES -> Modules.GENERAL_SERIES;
            case INSTANCE -> Modules.SOP_COMMON;
        };
    }

    public Optional<ResourceLevel> parent() {
        return this == PATIENT ? Optional.empty() : Optional.of(values()[ordinal() - 1]);
    }

    public Optional<ResourceLevel> child() {
        return this == INSTANCE ? Optional.empty() : Optional.of(values()[ordinal() + 1]);
    }

    public boolean isAbove(ResourceLevel other) {
        return ordinal() < other.ordinal();
    }

    /** Reads a level by its label or REST path, whatever the case ({@code Study}, {@code studies}, {@code STUDY}). */
    public static Optional<ResourceLevel> of(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        for (ResourceLevel level : values()) {
            if (level.path.equals(lower) || level.label.toLowerCase(Locale.ROOT).equals(lower)) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }
}
