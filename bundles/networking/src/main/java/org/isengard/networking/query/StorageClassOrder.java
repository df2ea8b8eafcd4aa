package org.isengard.networking.query;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.isengard.dicom.UIDs;

/**
 * The order in which C-GET proposes storage SOP classes: an association has at most 128 presentation contexts (PS3.8 section
 * 9.3.2.2), and there are more classes than that.
 */
final class StorageClassOrder {
    /** Keywords of the SOP classes that equipment of a modality (0008,0060) makes; the common modalities come first. */
    private static final Map<String, Pattern> BY_MODALITY = byModality();

    private StorageClassOrder() {}

    private static Map<String, Pattern> byModality() {
        Map<String, String> keywords = new LinkedHashMap<>();
        keywords.put("CT", "CTImage|EnhancedCT|LegacyConvertedEnhancedCT");
        keywords.put("MR", "MRImage|EnhancedMR|MRSpectroscopy|LegacyConvertedEnhancedMR");
        keywords.put("US", "Ultrasound|EnhancedUSVolume");
        keywords.put("CR", "ComputedRadiography");
        keywords.put("DX", "DigitalXRay");
        keywords.put("MG", "DigitalMammography|BreastTomosynthesis|BreastProjection");
        keywords.put("XA", "XRayAngiographic|EnhancedXA|XRay3DAngiographic");
        keywords.put("RF", "XRayRadiofluoroscopic|EnhancedXRF");
        keywords.put("NM", "NuclearMedicine");
        keywords.put("PT", "PositronEmission|EnhancedPET|LegacyConvertedEnhancedPET");
        keywords.put("OT", "SecondaryCapture");
        keywords.put("SC", "SecondaryCapture");
        keywords.put("SR", ".*SR(Storage)?$|.*Report.*");
        keywords.put("KO", "KeyObjectSelection");
        keywords.put("PR", ".*PresentationState");
        keywords.put("DOC", "Encapsulated");
        keywords.put("SEG", "Segmentation|SurfaceSegmentation");
        keywords.put("REG", "SpatialRegistration|DeformableSpatialRegistration");
        keywords.put("RTIMAGE", "RTImage");
        keywords.put("RTDOSE", "RTDose");
        keywords.put("RTSTRUCT", "RTStructureSet");
        keywords.put("RTPLAN", "RTPlan|RTIonPlan");
        keywords.put("RTRECORD", "RT.*TreatmentRecord|RTTreatmentSummaryRecord");
        keywords.put("ES", "VLEndoscopic|VideoEndoscopic");
        keywords.put("XC", "VLPhotographic|VideoPhotographic");
        keywords.put("OP", "Ophthalmic");
        keywords.put("OPT", "OphthalmicTomography");
        keywords.put("SM", "VLWholeSlideMicroscopy|VLSlideCoordinates");
        keywords.put("GM", "VLMicroscopic|VideoMicroscopic");
        keywords.put("ECG", ".*ECGWaveform");
        Map<String, Pattern> patterns = new LinkedHashMap<>();
        keywords.forEach((modality, regex) -> patterns.put(modality, Pattern.compile("^(?:" + regex + ").*")));
        return patterns;
    }

    /**
     * {@return the classes in batches, each for one association}
     *
     * @param known classes that the instances have, as far as an answer says so; they are the first batch
     * @param modalities of the instances, as far as an answer says so
     * @param accepted all classes that this server takes
     * @param most in a batch
     */
    static List<List<String>> batches(
            Collection<String> known, Collection<String> modalities, Collection<String> accepted, int most) {
        Set<String> ordered = new LinkedHashSet<>(known);
        modalities.forEach(modality -> addMatching(ordered, accepted, BY_MODALITY.get(modality)));
        BY_MODALITY.values().forEach(pattern -> addMatching(ordered, accepted, pattern));
        ordered.addAll(accepted);
        List<String> all = new ArrayList<>(ordered);
        List<List<String>> batches = new ArrayList<>();
        int start = 0;
        if (!known.isEmpty() && known.size() <= most / 2) {
            start = known.size();
            batches.add(all.subList(0, start));
        }
        for (; start < all.size(); start += most) {
            batches.add(all.subList(start, Math.min(all.size(), start + most)));
        }
        return batches;
    }

    private static void addMatching(Set<String> ordered, Collection<String> accepted, Pattern keywords) {
        if (keywords == null) {
            return;
        }
        for (String uid : accepted) {
            String keyword = UIDs.keyword(uid);
            if (keyword != null && keywords.matcher(keyword).matches()) {
                ordered.add(uid);
            }
        }
    }
}
