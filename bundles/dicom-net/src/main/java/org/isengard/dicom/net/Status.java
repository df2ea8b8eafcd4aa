package org.isengard.dicom.net;

/** Values of Status (0000,0900): PS3.7 annex C and the service classes of PS3.4. */
public final class Status {
    public static final int SUCCESS = 0x0000;
    public static final int CANCEL = 0xfe00;
    public static final int PENDING = 0xff00;
    /** Pending, and some optional keys are not supported. */
    public static final int PENDING_WARNING = 0xff01;

    public static final int ATTRIBUTE_LIST_ERROR = 0x0107;
    public static final int PROCESSING_FAILURE = 0x0110;
    public static final int NO_SUCH_OBJECT_INSTANCE = 0x0112;
    public static final int NO_SUCH_EVENT_TYPE = 0x0113;
    public static final int NO_SUCH_ARGUMENT = 0x0114;
    public static final int INVALID_ARGUMENT_VALUE = 0x0115;
    public static final int NO_SUCH_SOP_CLASS = 0x0118;
    public static final int MISSING_ATTRIBUTE = 0x0120;
    public static final int SOP_CLASS_NOT_SUPPORTED = 0x0122;
    public static final int NO_SUCH_ACTION_TYPE = 0x0123;
    public static final int NOT_AUTHORIZED = 0x0124;
    public static final int UNRECOGNIZED_OPERATION = 0x0211;
    public static final int MISTYPED_ARGUMENT = 0x0212;

    public static final int OUT_OF_RESOURCES = 0xa700;
    public static final int UNABLE_TO_CALCULATE_MATCHES = 0xa701;
    public static final int UNABLE_TO_PERFORM_SUB_OPERATIONS = 0xa702;
    public static final int MOVE_DESTINATION_UNKNOWN = 0xa801;
    public static final int IDENTIFIER_DOES_NOT_MATCH = 0xa900;
    public static final int SUB_OPERATIONS_WITH_FAILURES = 0xb000;
    public static final int CANNOT_UNDERSTAND = 0xc000;

    private Status() {}

    public static boolean isPending(int status) {
        return status == PENDING || status == PENDING_WARNING;
    }

    public static boolean isWarning(int status) {
        return status == 0x0001 || status == 0x0107 || status == 0x0116 || (status & 0xf000) == 0xb000;
    }

    /** Neither success nor warning, pending nor cancel. */
    public static boolean isFailure(int status) {
        return status != SUCCESS && status != CANCEL && !isPending(status) && !isWarning(status);
    }
}
