package org.isengard.dicom.orthanc;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.isengard.dicom.Tag;

/** The attributes of the modules that describe patients, studies, series and instances (PS3.3 annex C). */
public final class Modules {
    /** Patient (C.7.1.1). */
    public static final Set<Integer> PATIENT = Set.of(
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

    /** General Study (C.7.2.1). */
    public static final Set<Integer> GENERAL_STUDY = Set.of(
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
            0x0020000d,
            0x00200010,
            0x00321034,
            0x00401012);

    /** General Series (C.7.3.1). */
    public static final Set<Integer> GENERAL_SERIES = Set.of(
            0x00080021,
            0x00080031,
            0x00080060,
            0x0008103e,
            0x0008103f,
            0x00081050,
            0x00081052,
            0x00081070,
            0x00081072,
            0x00081111,
            0x00081250,
            0x00180015,
            0x00181030,
            0x00185100,
            0x0020000e,
            0x00200011,
            0x00200060,
            0x00280108,
            0x00280109,
            0x00400244,
            0x00400245,
            0x00400253,
            0x00400254,
            0x00400260,
            0x00400275,
            0x00400280);

    /** SOP Common (C.12.1). */
    public static final Set<Integer> SOP_COMMON = Set.of(
            0x00080005,
            0x00080012,
            0x00080013,
            0x00080014,
            0x00080016,
            0x00080018,
            0x0008001a,
            0x0008001b,
            0x00080110,
            0x00080201,
            0x0018a001,
            0x00200013,
            0x01000410,
            0x01000420,
            0x01000424,
            0x01000426,
            0x04000500,
            0x04000561,
            0xfffafffa);

    /** The attributes that all instances of a study share: patient and study, without the Study Instance UID. */
    public static final Set<Integer> OF_STUDY = Stream.concat(PATIENT.stream(), GENERAL_STUDY.stream())
            .filter(tag -> tag != Tag.StudyInstanceUID)
            .collect(Collectors.toUnmodifiableSet());

    private Modules() {}
}
