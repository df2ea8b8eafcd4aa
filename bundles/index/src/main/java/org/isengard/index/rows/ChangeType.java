package org.isengard.index.rows;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Kinds of changes by Orthanc's names. Numbers are those in the database and never change. */
public enum ChangeType {
    COMPLETED_SERIES(1, "CompletedSeries"),
    DELETED(2, "Deleted"),
    NEW_INSTANCE(4, "NewInstance"),
    NEW_PATIENT(5, "NewPatient"),
    NEW_SERIES(6, "NewSeries"),
    NEW_STUDY(7, "NewStudy"),
    STABLE_PATIENT(8, "StablePatient"),
    STABLE_SERIES(9, "StableSeries"),
    STABLE_STUDY(10, "StableStudy"),
    UPDATED_ATTACHMENT(11, "UpdatedAttachment"),
    UPDATED_METADATA(12, "UpdatedMetadata");

    private static final Map<Integer, ChangeType> BY_NUMBER = new HashMap<>();
    private static final Map<String, ChangeType> BY_LABEL = new HashMap<>();

    static {
        for (ChangeType type : values()) {
            BY_NUMBER.put(type.number, type);
            BY_LABEL.put(type.label, type);
        }
    }

    private final int number;
    private final String label;

    ChangeType(int number, String label) {
        this.number = number;
        this.label = label;
    }

    public int number() {
        return number;
    }

    public String label() {
        return label;
    }

    public static ChangeType of(int number) {
        return BY_NUMBER.get(number);
    }

    public static Optional<ChangeType> of(String label) {
        return Optional.ofNullable(BY_LABEL.get(label));
    }
}
