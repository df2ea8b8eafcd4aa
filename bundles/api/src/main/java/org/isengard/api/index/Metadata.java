package org.isengard.api.index;

/** Names of the metadata that the server itself records, as in Orthanc. */
public final class Metadata {
    public static final String INDEX_IN_SERIES = "IndexInSeries";
    public static final String RECEPTION_DATE = "ReceptionDate";
    public static final String REMOTE_AET = "RemoteAET";
    public static final String EXPECTED_NUMBER_OF_INSTANCES = "ExpectedNumberOfInstances";
    public static final String MODIFIED_FROM = "ModifiedFrom";
    public static final String ANONYMIZED_FROM = "AnonymizedFrom";
    public static final String LAST_UPDATE = "LastUpdate";
    public static final String ORIGIN = "Origin";
    public static final String TRANSFER_SYNTAX = "TransferSyntax";
    public static final String SOP_CLASS_UID = "SopClassUid";
    public static final String REMOTE_IP = "RemoteIP";
    public static final String CALLED_AET = "CalledAET";
    public static final String HTTP_USERNAME = "HttpUsername";
    public static final String HTTP_HOST = "HttpHost";
    public static final String PIXEL_DATA_OFFSET = "PixelDataOffset";
    public static final String MAIN_DICOM_TAGS_SIGNATURE = "MainDicomTagsSignature";
    public static final String MAIN_DICOM_SEQUENCES = "MainDicomSequences";
    public static final String PIXEL_DATA_VR = "PixelDataVR";

    private Metadata() {}
}
