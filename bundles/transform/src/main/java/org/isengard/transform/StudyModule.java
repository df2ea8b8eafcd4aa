package org.isengard.transform;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tags that all instances of a patient or study share (PS3.3 tables C.7-1 and C.7-3). */
public final class StudyModule {
    /** Patient module. */
    public static final Set<Integer> PATIENT_TAGS = Set.of(
            0x00081120,
            0x00100010,
            0x00100020,
            0x00100021,
            0x00100024,
            0x00100030,
            0x00100032,
            0x00100040,
            0x00101000,
            0x00101001,
            0x00101002,
            0x00102160,
            0x00102201,
            0x00102202,
            0x00102292,
            0x00102293,
            0x00102294,
            0x00102295,
            0x00102296,
            0x00102297,
            0x00102298,
            0x00102299,
            0x00104000,
            0x00120062,
            0x00120063,
            0x00120064);

    /** General Study module without the Study Instance UID. */
    public static final Set<Integer> STUDY_TAGS = Set.of(
            0x00080020,
            0x00080030,
            0x00080050,
            0x00080051,
            0x00080090,
            0x00080096,
            0x00081030,
            0x00081032,
            0x00081048,
            0x00081049,
            0x00081060,
            0x00081062,
            0x00081110,
            0x00200010,
            0x00321034,
            0x00401012);

    /** Both. */
    public static final Set<Integer> ALL =
            Stream.concat(PATIENT_TAGS.stream(), STUDY_TAGS.stream()).collect(Collectors.toUnmodifiableSet());

    private StudyModule() {}
}
