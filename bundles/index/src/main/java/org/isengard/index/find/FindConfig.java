package org.isengard.index.find;

/** Options of searches, with Orthanc's names and defaults. */
public @interface FindConfig {
    boolean CaseSensitivePN() default false;

    /** 0: no limit. */
    int LimitFindResults() default 0;

    /** 0: no limit. */
    int LimitFindInstances() default 0;

    /** Always, Never, or Answers: whether DICOM files are read to find, or only to answer. */
    String StorageAccessOnFind() default "Always";

    boolean CheckRevisions() default false;
}
