package org.isengard.index.find;

/** Options of searches, with Orthanc's names and defaults. */
public @interface FindConfig {
    boolean CaseSensitivePN();

    /** 0: no limit. */
    int LimitFindResults();

    /** 0: no limit. */
    int LimitFindInstances();

    /** Always, Never, or Answers: whether DICOM files are read to find, or only to answer. */
    String StorageAccessOnFind();

    boolean CheckRevisions();
}
