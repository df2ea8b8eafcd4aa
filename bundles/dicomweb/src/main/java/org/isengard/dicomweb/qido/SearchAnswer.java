package org.isengard.dicomweb.qido;

import org.isengard.api.ResourceLevel;
import org.isengard.api.index.ResourceSearch.Found;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.Element;
import org.isengard.dicom.SpecificCharacterSet;
import org.isengard.dicom.Tag;
import org.isengard.dicom.VR;
import org.isengard.dicomweb.options.ServiceAddress;

/** The data set that answers for one resource, in UTF-8. */
final class SearchAnswer {
    private SearchAnswer() {}

    static Attributes of(Found found, ResourceLevel level, String base, Dictionary dictionary) {
        Attributes sequences = found.sequences().copy();
        Attributes answer = new Attributes();
        answer.setDefaultCharacterSet(SpecificCharacterSet.UTF_8);
        sequences.setCharacterSet("ISO_IR 192");
        for (Element element : sequences) {
            answer.put(element);
        }
        answer.setString(Tag.SpecificCharacterSet, VR.CS, "ISO_IR 192");
        found.values().forEach((tag, text) -> put(answer, tag, text, dictionary));
        answer.setString(Tag.RetrieveURL, VR.UR, url(found, level, base));
        return answer;
    }

    private static void put(Attributes answer, int tag, String text, Dictionary dictionary) {
        VR vr = dictionary.vrOf(tag, null);
        if (vr.isBinary() || vr == VR.SQ) {
            return;
        }
        if (text.isEmpty()) {
            answer.setNull(tag, vr);
            return;
        }
        try {
            answer.setString(tag, vr, vr.isMultiValued() ? text.split("\\\\", -1) : new String[] {text});
        } catch (IllegalArgumentException e) {
            // The file has something there that is no value of this VR.
            answer.setNull(tag, vr);
        }
    }

    private static String url(Found found, ResourceLevel level, String base) {
        String study = found.values().getOrDefault(Tag.StudyInstanceUID, "").strip();
        String series = found.values().getOrDefault(Tag.SeriesInstanceUID, "").strip();
        return switch (level) {
            case SERIES -> ServiceAddress.series(base, study, series);
            case INSTANCE ->
                ServiceAddress.instance(
                        base,
                        study,
                        series,
                        found.values().getOrDefault(Tag.SOPInstanceUID, "").strip());
            default -> ServiceAddress.study(base, study);
        };
    }
}
