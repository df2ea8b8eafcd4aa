package org.isengard.dicomweb.stow;

import java.util.ArrayList;
import java.util.List;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Sequence;
import org.isengard.dicom.Tag;
import org.isengard.dicom.VR;
import org.isengard.dicomweb.options.ServiceAddress;

/** The outcome for each instance of a request, as the answer of STOW-RS (PS3.18 section 10.5.3 and annex I). */
final class StowReport {
    /** Failure reasons of PS3.18 table I.2-2. */
    enum Reason {
        PROCESSING_FAILURE(0x0110),
        OUT_OF_RESOURCES(0xA700),
        /** The data set is not of the study that the address names. */
        MISMATCH(0xA900),
        CANNOT_UNDERSTAND(0xC000);

        private final int code;

        Reason(int code) {
            this.code = code;
        }
    }

    private static final int OTHER_FAILURES = 0x0008119A;

    /** UIDs of an instance, "" for those that could not be read. */
    record Uids(String sopClass, String study, String series, String instance) {}

    private record Failure(Uids uids, Reason reason) {}

    private final String base;
    private final List<Uids> stored = new ArrayList<>();
    private final List<Failure> failed = new ArrayList<>();

    /** @param base address of the service */
    StowReport(String base) {
        this.base = base;
    }

    void stored(Uids uids) {
        stored.add(uids);
    }

    void failed(Uids uids, Reason reason) {
        failed.add(new Failure(uids, reason));
    }

    /** {@return the status: an instance of another study is a conflict even beside others that are stored, as in Orthanc} */
    int status() {
        if (failed.isEmpty()) {
            return 200;
        }
        if (has(Reason.MISMATCH)) {
            return 409;
        }
        if (!stored.isEmpty()) {
            return 202;
        }
        if (has(Reason.OUT_OF_RESOURCES)) {
            return 503;
        }
        return failed.stream().allMatch(failure -> failure.reason == Reason.CANNOT_UNDERSTAND) ? 400 : 409;
    }

    private boolean has(Reason reason) {
        return failed.stream().anyMatch(failure -> failure.reason == reason);
    }

    Attributes dataset() {
        Attributes answer = new Attributes();
        answer.setString(Tag.SpecificCharacterSet, VR.CS, "ISO_IR 100");
        if (!stored.isEmpty()) {
            answer.setString(Tag.RetrieveURL, VR.UR, ServiceAddress.study(base, stored.get(0).study));
        }
        Sequence references = answer.newSequence(Tag.ReferencedSOPSequence);
        for (Uids uids : stored) {
            Attributes item = references.newItem();
            reference(item, uids);
            item.setString(
                    Tag.RetrieveURL, VR.UR, ServiceAddress.instance(base, uids.study, uids.series, uids.instance));
        }
        for (Failure failure : failed) {
            // Without its UIDs an instance cannot be named.
            int tag = failure.uids.instance.isEmpty() ? OTHER_FAILURES : Tag.FailedSOPSequence;
            Sequence failures = answer.getSequence(tag) == null ? answer.newSequence(tag) : answer.getSequence(tag);
            Attributes item = failures.newItem();
            if (!failure.uids.instance.isEmpty()) {
                reference(item, failure.uids);
            }
            item.setInt(Tag.FailureReason, VR.US, failure.reason.code);
        }
        return answer;
    }

    private static void reference(Attributes item, Uids uids) {
        item.setString(Tag.ReferencedSOPClassUID, VR.UI, uids.sopClass);
        item.setString(Tag.ReferencedSOPInstanceUID, VR.UI, uids.instance);
    }
}
