package org.isengard.api;

/** Errors by Orthanc's numbers, with the HTTP status and the words its clients know. */
public enum ErrorCode {
    INTERNAL_ERROR(-1, 500, "Internal error"),
    NOT_IMPLEMENTED(2, 500, "Not implemented yet"),
    PARAMETER_OUT_OF_RANGE(3, 400, "Parameter out of range"),
    NOT_ENOUGH_MEMORY(4, 500, "The server hosting Orthanc is running out of memory"),
    BAD_PARAMETER_TYPE(5, 400, "Bad type for a parameter"),
    BAD_SEQUENCE_OF_CALLS(6, 500, "Bad sequence of calls"),
    INEXISTENT_ITEM(7, 404, "Accessing an inexistent item"),
    BAD_REQUEST(8, 400, "Bad request"),
    NETWORK_PROTOCOL(9, 500, "Error in the network protocol"),
    SYSTEM_COMMAND(10, 500, "Error while calling a system command"),
    DATABASE(11, 500, "Error with the database engine"),
    URI_SYNTAX(12, 400, "Badly formatted URI"),
    INEXISTENT_FILE(13, 404, "Inexistent file"),
    CANNOT_WRITE_FILE(14, 500, "Cannot write to file"),
    BAD_FILE_FORMAT(15, 400, "Bad file format"),
    TIMEOUT(16, 500, "Timeout"),
    UNKNOWN_RESOURCE(17, 404, "Unknown resource"),
    FULL_STORAGE(19, 500, "The file storage is full"),
    CORRUPTED_FILE(20, 500, "Corrupted file (e.g. inconsistent MD5 hash)"),
    INEXISTENT_TAG(21, 404, "Inexistent tag"),
    INCOMPATIBLE_IMAGE_FORMAT(23, 500, "Incompatible format of the images"),
    INCOMPATIBLE_IMAGE_SIZE(24, 500, "Incompatible size of the images"),
    UNKNOWN_DICOM_TAG(27, 500, "Unknown DICOM tag"),
    CANNOT_STORE_INSTANCE(2018, 500, "Cannot store an instance"),
    UNAUTHORIZED(29, 401, "Bad credentials were provided to an HTTP request"),
    NOT_ACCEPTABLE(34, 406, "Cannot send a response which is acceptable according to the Accept HTTP header"),
    FORBIDDEN(45, 403, "Cannot access this resource"),
    CANCELED_JOB(37, 500, "This job was canceled"),
    DUPLICATE_RESOURCE(46, 409, "Duplicate resource"),
    INCOMPATIBLE_CONFIGURATIONS(47, 500, "Your configuration file contains configurations that are incompatible"),
    REVISION(43, 409, "A bad revision number was provided, which might indicate conflict between multiple writers"),
    MAIN_DICOM_TAGS_MULTIPLY_DEFINED(44, 500, "A main DICOM Tag has been defined multiple times"),
    SERVICE_UNAVAILABLE(36, 503, "The service is temporarily unavailable"),
    NO_APPLICATION_ENTITY_TITLE(2009, 500, "No application entity title in the DICOM request"),
    NO_PRESENTATION_CONTEXT(2015, 500, "DicomUserConnection: No acceptable presentation context for modality"),
    NO_CFIND_HANDLER(2016, 500, "DicomUserConnection: The C-FIND command is not supported by the remote SCP"),
    DATABASE_VERSION(18, 500, "Incompatible version of the database"),
    CREATE_DICOM_NOT_STRING(2019, 400, "Only string values are supported when creating DICOM instances"),
    CREATE_DICOM_PARENT_OVERRIDE(2020, 400, "Trying to override a value inherited from a parent module"),
    CREATE_DICOM_USE_CONTENT(2021, 400, "Use \"Content\" to inject an image into a new DICOM instance"),
    CREATE_DICOM_BAD_PAYLOAD(
            2023, 400, "The payload of the DICOM instance must be specified according to Data URI scheme"),
    CREATE_DICOM_NO_PARENT(2024, 400, "Trying to attach a new DICOM instance to an inexistent resource"),
    CREATE_DICOM_PARENT_IS_INSTANCE(
            2025, 400, "Trying to attach a new DICOM instance to an instance (must be a series, study or patient)"),
    PLUGIN(1, 500, "Error encountered within the plugin engine"),
    UNSUPPORTED_MEDIA_TYPE(3000, 415, "Unsupported media type"),
    LUA_NOT_AVAILABLE(2031, 500, "Cannot execute a Lua command");

    private final int code;
    private final int httpStatus;
    private final String text;

    ErrorCode(int code, int httpStatus, String text) {
        this.code = code;
        this.httpStatus = httpStatus;
        this.text = text;
    }

    public int code() {
        return code;
    }

    public int httpStatus() {
        return httpStatus;
    }

    public String text() {
        return text;
    }
}
