package org.isengard.itests.demo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Sequence;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicom.VR;
import org.isengard.itests.demo.Study.Code;

/** A binary segmentation of solids over the images of a tomography (PS3.3 section A.51). */
final class Segmentation {
    /** One segment: its solid and tissue, what it is, and its colour as CIELab values (PS3.3 section C.10.7.1.1). */
    private record Segment(String label, Shape shape, Tissue tissue, Code category, Code type, int[] colour) {}

    private static final Code ANATOMY = new Code("123037004", "SCT", "Anatomical Structure");
    private static final Code ABNORMAL = new Code("49755003", "SCT", "Morphologically Abnormal Structure");

    private static final List<Segment> SEGMENTS = List.of(
            new Segment(
                    "Nodule, right upper lobe",
                    Torso.NODULE,
                    Tissue.LESION,
                    ABNORMAL,
                    new Code("27925004", "SCT", "Nodule"),
                    new int[] {41000, 51400, 46000}),
            new Segment("Liver", Torso.LIVER, Tissue.LIVER, ANATOMY, new Code("10200004", "SCT", "Liver"), new int[] {
                36000, 38000, 45000
            }),
            new Segment(
                    "Left kidney",
                    Torso.LEFT_KIDNEY,
                    Tissue.KIDNEY,
                    ANATOMY,
                    new Code("18639004", "SCT", "Left kidney"),
                    new int[] {50000, 24000, 40000}));

    /** HU by which pixels of a tissue may differ. */
    private static final float SPREAD = 25;

    private final Tomography images;
    private final Map<Double, float[]> slices = new HashMap<>();

    Segmentation(Tomography images) {
        this.images = images;
    }

    byte[] file(int series) throws IOException {
        Grid grid = images.grid();
        Attributes a = images.study().instance(UID.SegmentationStorage, "SEG", series, 1, "Nodule and organs");
        a.setString(Tag.ImageType, VR.CS, "DERIVED", "PRIMARY");
        a.setString(Tag.ContentLabel, VR.CS, "ORGANS");
        a.setString(Tag.ContentDescription, VR.LO, "Nodule, liver and left kidney");
        a.setString(Tag.ContentCreatorName, VR.PN, "Brandt^Ilse");
        a.setString(Tag.SegmentationType, VR.CS, "BINARY");
        a.setString(Tag.FrameOfReferenceUID, VR.UI, images.frameOfReference());
        a.setNull(Tag.PositionReferenceIndicator, VR.LO);
        a.setString(Tag.LossyImageCompression, VR.CS, "00");
        Pixels.describe(a, grid.rows(), grid.columns(), 1, "MONOCHROME2", 1, false);
        Sequence segments = a.newSequence(Tag.SegmentSequence);
        for (int i = 0; i < SEGMENTS.size(); i++) {
            describe(segments.newItem(), i + 1, SEGMENTS.get(i));
        }
        dimensions(a);
        shared(a.newSequence(Tag.SharedFunctionalGroupsSequence).newItem(), grid);
        Sequence frames = a.newSequence(Tag.PerFrameFunctionalGroupsSequence);
        ByteArrayOutputStream bits = new ByteArrayOutputStream();
        List<Integer> used = new ArrayList<>();
        for (int segment = 0; segment < SEGMENTS.size(); segment++) {
            for (int slice = 0; slice < images.slices(); slice++) {
                byte[] frame = frame(SEGMENTS.get(segment), images.z(slice));
                if (frame != null) {
                    bits.writeBytes(frame);
                    functionalGroups(frames.newItem(), segment + 1, slice);
                    used.add(slice);
                }
            }
        }
        references(a, used.stream().distinct().sorted().toList());
        a.setString(Tag.NumberOfFrames, VR.IS, Integer.toString(used.size()));
        a.setBytes(Tag.PixelData, VR.OB, bits.toByteArray());
        return Pixels.file(a, TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
    }

    /** {@return one bit for each pixel, the first one lowest (PS3.5 section 8.1.1), or null where the solid is not} */
    private byte[] frame(Segment segment, double z) {
        Grid grid = images.grid();
        Shape shape = segment.shape();
        Shape.Box box = shape.box();
        if (z < box.z0() || z >= box.z1()) {
            return null;
        }
        // Other organs lie over the solid: only what looks like its tissue belongs to it.
        float[] values = slices.computeIfAbsent(z, at -> images.body().slice(grid, at, images.contrast()));
        float expected = segment.tissue().value(images.contrast());
        byte[] bits = new byte[(grid.rows() * grid.columns() + 7) / 8];
        int count = 0;
        for (int row = Math.max(0, grid.row(box.y0())); row < Math.min(grid.rows(), grid.row(box.y1()) + 2); row++) {
            int end = Math.min(grid.columns(), grid.column(box.x1()) + 2);
            for (int column = Math.max(0, grid.column(box.x0())); column < end; column++) {
                int bit = row * grid.columns() + column;
                if (Math.abs(values[bit] - expected) < SPREAD && shape.depth(grid.x(column), grid.y(row), z) > 0) {
                    bits[bit >> 3] |= (byte) (1 << (bit & 7));
                    count++;
                }
            }
        }
        return count > 0 ? bits : null;
    }

    private static void describe(Attributes item, int number, Segment segment) {
        item.setInt(Tag.SegmentNumber, VR.US, number);
        item.setString(Tag.SegmentLabel, VR.LO, segment.label());
        item.setString(Tag.SegmentAlgorithmType, VR.CS, "SEMIAUTOMATIC");
        item.setString(Tag.SegmentAlgorithmName, VR.LO, "Level set");
        Study.code(item, Tag.SegmentedPropertyCategoryCodeSequence, segment.category());
        Study.code(item, Tag.SegmentedPropertyTypeCodeSequence, segment.type());
        item.setInt(Tag.RecommendedDisplayCIELabValue, VR.US, segment.colour());
    }

    private static void dimensions(Attributes a) {
        String organisation = Study.uid("dimensions/" + a.getString(Tag.SOPInstanceUID));
        a.newSequence(Tag.DimensionOrganizationSequence)
                .newItem()
                .setString(Tag.DimensionOrganizationUID, VR.UI, organisation);
        Sequence index = a.newSequence(Tag.DimensionIndexSequence);
        int[][] pointers = {
            {Tag.ReferencedSegmentNumber, Tag.SegmentIdentificationSequence},
            {Tag.ImagePositionPatient, Tag.PlanePositionSequence}
        };
        for (int[] pointer : pointers) {
            Attributes item = index.newItem();
            item.setString(Tag.DimensionOrganizationUID, VR.UI, organisation);
            item.setInt(Tag.DimensionIndexPointer, VR.AT, pointer[0]);
            item.setInt(Tag.FunctionalGroupPointer, VR.AT, pointer[1]);
        }
    }

    private void shared(Attributes shared, Grid grid) {
        Attributes orientation =
                shared.newSequence(Tag.PlaneOrientationSequence).newItem();
        orientation.setString(Tag.ImageOrientationPatient, VR.DS, "1", "0", "0", "0", "1", "0");
        Attributes measures = shared.newSequence(Tag.PixelMeasuresSequence).newItem();
        measures.setDouble(Tag.PixelSpacing, VR.DS, grid.rowSpacing(), grid.columnSpacing());
        measures.setDouble(Tag.SliceThickness, VR.DS, images.step());
        measures.setDouble(Tag.SpacingBetweenSlices, VR.DS, images.step());
    }

    private void functionalGroups(Attributes frame, int segment, int slice) {
        Grid grid = images.grid();
        Attributes content = frame.newSequence(Tag.FrameContentSequence).newItem();
        content.setLong(Tag.DimensionIndexValues, VR.UL, segment, slice + 1);
        Attributes position = frame.newSequence(Tag.PlanePositionSequence).newItem();
        position.setDouble(Tag.ImagePositionPatient, VR.DS, grid.x(0), grid.y(0), images.z(slice));
        Attributes which = frame.newSequence(Tag.SegmentIdentificationSequence).newItem();
        which.setInt(Tag.ReferencedSegmentNumber, VR.US, segment);
        Attributes derivation = frame.newSequence(Tag.DerivationImageSequence).newItem();
        Study.code(derivation, Tag.DerivationCodeSequence, new Code("113076", "DCM", "Segmentation"));
        Attributes source = derivation.newSequence(Tag.SourceImageSequence).newItem();
        source.setString(Tag.ReferencedSOPClassUID, VR.UI, images.sopClass());
        source.setString(Tag.ReferencedSOPInstanceUID, VR.UI, images.instanceUid(slice));
        Study.code(
                source,
                Tag.PurposeOfReferenceCodeSequence,
                new Code("121322", "DCM", "Source image for image processing operation"));
    }

    private void references(Attributes a, List<Integer> slices) {
        Attributes series = a.newSequence(Tag.ReferencedSeriesSequence).newItem();
        series.setString(Tag.SeriesInstanceUID, VR.UI, images.study().seriesUid(images.series()));
        Sequence instances = series.newSequence(Tag.ReferencedInstanceSequence);
        for (int slice : slices) {
            Attributes instance = instances.newItem();
            instance.setString(Tag.ReferencedSOPClassUID, VR.UI, images.sopClass());
            instance.setString(Tag.ReferencedSOPInstanceUID, VR.UI, images.instanceUid(slice));
        }
    }
}
