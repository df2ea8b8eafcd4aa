package org.isengard.api.index;

/** The outcome of storing an instance, by Orthanc's names. */
public enum StoreStatus {
    SUCCESS("Success"),
    ALREADY_STORED("AlreadyStored"),
    FAILURE("Failure"),
    FILTERED_OUT("FilteredOut"),
    STORAGE_FULL("StorageFull");

    private final String label;

    StoreStatus(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}
