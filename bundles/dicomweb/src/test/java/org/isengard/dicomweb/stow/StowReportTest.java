package org.isengard.dicomweb.stow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.junit.jupiter.api.Test;

class StowReportTest {
    private static final StowReport.Uids ONE = new StowReport.Uids("1.1", "1.2", "1.3", "1.4");
    private static final StowReport.Uids UNREADABLE = new StowReport.Uids("", "", "", "");

    private final StowReport report = new StowReport("http://host/dicom-web/");

    @Test
    void nothingIsNoFailure() {
        assertEquals(200, report.status());
        assertNull(report.dataset().getString(Tag.RetrieveURL));
    }

    @Test
    void storedInstancesAreNamedWithTheirAddress() {
        report.stored(ONE);
        Attributes item = report.dataset().getItem(Tag.ReferencedSOPSequence, 0);
        assertEquals(200, report.status());
        assertEquals("1.4", item.getString(Tag.ReferencedSOPInstanceUID));
        assertEquals("http://host/dicom-web/studies/1.2/series/1.3/instances/1.4", item.getString(Tag.RetrieveURL));
        assertEquals("http://host/dicom-web/studies/1.2", report.dataset().getString(Tag.RetrieveURL));
    }

    @Test
    void someFailuresAreAccepted() {
        report.stored(ONE);
        report.failed(ONE, StowReport.Reason.PROCESSING_FAILURE);
        report.failed(UNREADABLE, StowReport.Reason.CANNOT_UNDERSTAND);
        assertEquals(202, report.status());
        Attributes dataset = report.dataset();
        assertEquals(0x0110, dataset.getItem(Tag.FailedSOPSequence, 0).getInt(Tag.FailureReason, 0));
        assertEquals(0xC000, dataset.getItem(0x0008119A, 0).getInt(Tag.FailureReason, 0));
    }

    @Test
    void theStatusTellsWhyNothingIsStored() {
        report.failed(UNREADABLE, StowReport.Reason.CANNOT_UNDERSTAND);
        assertEquals(400, report.status());
        report.failed(ONE, StowReport.Reason.PROCESSING_FAILURE);
        assertEquals(409, report.status());
        report.failed(ONE, StowReport.Reason.OUT_OF_RESOURCES);
        assertEquals(503, report.status());
        report.failed(ONE, StowReport.Reason.MISMATCH);
        assertEquals(409, report.status());
    }
}
