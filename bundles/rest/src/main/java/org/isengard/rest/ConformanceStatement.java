package org.isengard.rest;

import java.util.TreeSet;
import org.isengard.dicom.DicomWriter;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UIDs;

/** The DICOM conformance statement (PS3.2) as text, made from what the server supports. */
final class ConformanceStatement {
    private ConformanceStatement() {}

    static String text(String aet) {
        StringBuilder out = new StringBuilder(16_384);
        out.append("DICOM conformance statement of Isengard\n\n")
                .append("Application entity title: ")
                .append(aet)
                .append("\nImplementation class UID: ")
                .append(DicomWriter.IMPLEMENTATION_CLASS_UID)
                .append("\n\nVerification SOP class (SCU and SCP)\n  1.2.840.10008.1.1\n\nStorage SOP classes (SCP)\n");
        for (String uid : new TreeSet<>(UIDs.storageSopClasses())) {
            out.append("  ").append(uid).append("  ").append(UIDs.name(uid)).append('\n');
        }
        out.append("\nTransfer syntaxes\n");
        for (TransferSyntax syntax : TransferSyntax.all()) {
            out.append("  ")
                    .append(syntax.uid())
                    .append("  ")
                    .append(syntax.name())
                    .append('\n');
        }
        return out.toString();
    }
}
