package org.isengard.dicomweb.qido;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.isengard.api.ResourceLevel;
import org.isengard.dicom.Tag;

/** Attributes of the answers: those that each level has without being asked (PS3.18 section 10.6.3.3), and computed ones. */
final class AnswerTags {
    private static final List<Integer> STUDY = List.of(
            Tag.StudyDate,
            Tag.StudyTime,
            Tag.AccessionNumber,
            Tag.ReferringPhysicianName,
            Tag.TimezoneOffsetFromUTC,
            Tag.PatientName,
            Tag.PatientID,
            Tag.PatientBirthDate,
            Tag.PatientSex,
            Tag.StudyInstanceUID,
            Tag.StudyID);
    private static final List<Integer> STUDY_ONLY =
            List.of(Tag.ModalitiesInStudy, Tag.NumberOfStudyRelatedSeries, Tag.NumberOfStudyRelatedInstances);
    private static final List<Integer> SERIES = List.of(
            Tag.Modality,
            Tag.SeriesDescription,
            Tag.SeriesInstanceUID,
            Tag.SeriesNumber,
            Tag.PerformedProcedureStepStartDate,
            Tag.PerformedProcedureStepStartTime,
            Tag.RequestAttributesSequence);
    private static final List<Integer> SERIES_ONLY = List.of(Tag.NumberOfSeriesRelatedInstances);
    private static final List<Integer> INSTANCE = List.of(
            Tag.SOPClassUID,
            Tag.SOPInstanceUID,
            Tag.InstanceAvailability,
            Tag.InstanceNumber,
            Tag.NumberOfFrames,
            Tag.Rows,
            Tag.Columns,
            Tag.BitsAllocated);

    /** Computed attributes and the level that has them. */
    private static final Map<Integer, ResourceLevel> COMPUTED = Map.of(
            Tag.ModalitiesInStudy, ResourceLevel.STUDY,
            Tag.SOPClassesInStudy, ResourceLevel.STUDY,
            Tag.NumberOfStudyRelatedSeries, ResourceLevel.STUDY,
            Tag.NumberOfStudyRelatedInstances, ResourceLevel.STUDY,
            Tag.NumberOfSeriesRelatedInstances, ResourceLevel.SERIES,
            Tag.InstanceAvailability, ResourceLevel.INSTANCE,
            Tag.NumberOfPatientRelatedStudies, ResourceLevel.PATIENT,
            Tag.NumberOfPatientRelatedSeries, ResourceLevel.PATIENT,
            Tag.NumberOfPatientRelatedInstances, ResourceLevel.PATIENT);

    private static final Map<ResourceLevel, List<Integer>> DEFAULT = new EnumMap<>(ResourceLevel.class);

    static {
        DEFAULT.put(ResourceLevel.STUDY, join(STUDY, STUDY_ONLY));
        DEFAULT.put(ResourceLevel.SERIES, join(join(STUDY, SERIES), SERIES_ONLY));
        DEFAULT.put(ResourceLevel.INSTANCE, join(join(STUDY, SERIES), INSTANCE));
    }

    private AnswerTags() {}

    private static List<Integer> join(List<Integer> first, List<Integer> second) {
        List<Integer> all = new ArrayList<>(first);
        all.addAll(second);
        return List.copyOf(all);
    }

    /**
     * {@return the attributes that answers of a level have}
     *
     * @param studyKnown the query names the study: its attributes are known, and so are those of the patient
     * @param seriesKnown the query names the series
     */
    static List<Integer> byDefault(ResourceLevel level, boolean studyKnown, boolean seriesKnown) {
        List<Integer> tags = new ArrayList<>(DEFAULT.get(level));
        if (studyKnown && level != ResourceLevel.STUDY) {
            tags.removeIf(tag -> tag != Tag.StudyInstanceUID && STUDY.contains(tag));
        }
        if (seriesKnown && level == ResourceLevel.INSTANCE) {
            tags.removeIf(tag -> tag != Tag.SeriesInstanceUID && SERIES.contains(tag));
        }
        return tags;
    }

    /** Whether answers of a level can have an attribute: computed ones belong to one level. */
    static boolean isAnswered(int tag, ResourceLevel level) {
        return COMPUTED.getOrDefault(tag, level) == level;
    }
}
