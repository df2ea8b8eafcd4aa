package org.isengard.scripting;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The names of the functions that the server calls, as Orthanc calls them. */
final class Callbacks {
    static final String INITIALIZE = "Initialize";
    static final String FINALIZE = "Finalize";
    static final String HEART_BEAT = "OnHeartBeat";
    static final String STORED_INSTANCE = "OnStoredInstance";
    static final String JOB_SUBMITTED = "OnJobSubmitted";
    static final String JOB_SUCCESS = "OnJobSuccess";
    static final String JOB_FAILURE = "OnJobFailure";
    static final String RECEIVED_INSTANCE = "ReceivedInstanceFilter";
    static final String RECEIVED_C_STORE = "ReceivedCStoreInstanceFilter";
    static final String INCOMING_HTTP = "IncomingHttpRequestFilter";
    static final String INCOMING_FIND = "IncomingFindRequestFilter";
    static final String INCOMING_WORKLIST = "IncomingWorklistRequestFilter";
    static final String OUTGOING_FIND = "OutgoingFindRequestFilter";
    static final String UNKNOWN_SOP_CLASS = "IsUnknownSopClassAccepted";

    private static final String ROOT = "1.2.840.10008.1.2";

    /** Events, in the order in which they are asked for. */
    static final List<String> EVENTS = List.of(
            INITIALIZE,
            FINALIZE,
            HEART_BEAT,
            STORED_INSTANCE,
            "OnStablePatient",
            "OnStableStudy",
            "OnStableSeries",
            "OnUpdatedPatient",
            "OnUpdatedStudy",
            "OnUpdatedSeries",
            "OnUpdatedInstance",
            "OnDeletedPatient",
            "OnDeletedStudy",
            "OnDeletedSeries",
            "OnDeletedInstance",
            JOB_SUBMITTED,
            JOB_SUCCESS,
            JOB_FAILURE);

    /** Filters of incoming instances; they have a Lua of their own, as in Orthanc. */
    static final List<String> INSTANCE_FILTERS = List.of(RECEIVED_INSTANCE, RECEIVED_C_STORE);

    /** Families of transfer syntaxes by the function that decides about them; a prefix stands for what begins with it. */
    private static final Map<String, List<String>> SYNTAXES = syntaxes();

    /** Filters of requests. */
    static final List<String> REQUEST_FILTERS = Stream.concat(
                    Stream.of(INCOMING_HTTP, INCOMING_FIND, INCOMING_WORKLIST, OUTGOING_FIND, UNKNOWN_SOP_CLASS),
                    SYNTAXES.keySet().stream())
            .toList();

    static final List<String> ALL = Stream.of(EVENTS, INSTANCE_FILTERS, REQUEST_FILTERS)
            .flatMap(List::stream)
            .toList();

    private Callbacks() {}

    private static Map<String, List<String>> syntaxes() {
        Map<String, List<String>> syntaxes = new LinkedHashMap<>();
        syntaxes.put("IsDeflatedTransferSyntaxAccepted", List.of(ROOT + ".1.99"));
        syntaxes.put("IsJpegTransferSyntaxAccepted", List.of(ROOT + ".4.5", ROOT + ".4.6"));
        syntaxes.put("IsJpegLosslessTransferSyntaxAccepted", List.of(ROOT + ".4.70", ROOT + ".4.8"));
        syntaxes.put(
                "IsJpeg2000TransferSyntaxAccepted",
                List.of(ROOT + ".4.90", ROOT + ".4.91", ROOT + ".4.92", ROOT + ".4.93"));
        syntaxes.put("IsJpipTransferSyntaxAccepted", List.of(ROOT + ".4.94", ROOT + ".4.95"));
        syntaxes.put("IsMpeg2TransferSyntaxAccepted", List.of(ROOT + ".4.100", ROOT + ".4.101"));
        syntaxes.put(
                "IsMpeg4TransferSyntaxAccepted",
                List.of(ROOT + ".4.102", ROOT + ".4.103", ROOT + ".4.104", ROOT + ".4.105", ROOT + ".4.106"));
        syntaxes.put("IsH265TransferSyntaxAccepted", List.of(ROOT + ".4.107", ROOT + ".4.108"));
        syntaxes.put("IsRleTransferSyntaxAccepted", List.of(ROOT + ".5"));
        return syntaxes;
    }

    /** {@return the function that decides about a transfer syntax, "" for one that is always left to the configuration} */
    static String ofTransferSyntax(String uid) {
        for (Map.Entry<String, List<String>> family : SYNTAXES.entrySet()) {
            for (String start : family.getValue()) {
                boolean isWhole = uid.equals(start);
                // ".4.5" stands for .4.50 to .4.59.
                boolean isOneOf =
                        start.matches(".*\\.4\\.\\d") && uid.startsWith(start) && uid.length() == start.length() + 1;
                if (isWhole || isOneOf) {
                    return family.getKey();
                }
            }
        }
        return "";
    }
}
