package org.isengard.dicom.image;

import org.isengard.dicom.Attributes;
import org.isengard.dicom.Element;
import org.isengard.dicom.Tag;
import org.isengard.dicom.VR;

/**
 * How stored values become those of the modality, and which of them are shown by default (PS3.3 sections C.11.1 and
 * C.11.2): from the functional groups of the frame or of all frames (C.7.6.16), or from the data set.
 *
 * @param center in modality units
 * @param width in modality units
 */
public record ModalityValues(double slope, double intercept, double center, double width) {
    public static ModalityValues of(Attributes dataset, ImageDescription d, int frame) {
        Attributes rescale = group(dataset, frame, Tag.PixelValueTransformationSequence);
        double slope = number(rescale, dataset, Tag.RescaleSlope, 1);
        double intercept = number(rescale, dataset, Tag.RescaleIntercept, 0);
        if (dataset.contains(Tag.DoseGridScaling)) {
            // Dose images scale by a tag of their own (PS3.3 section C.8.8.3).
            slope *= dataset.getDouble(Tag.DoseGridScaling, 1);
        }
        Attributes window = group(dataset, frame, Tag.FrameVOILUTSequence);
        double width = number(window, dataset, Tag.WindowWidth, Double.NaN);
        double center = number(window, dataset, Tag.WindowCenter, Double.NaN);
        if (Double.isNaN(width) || Double.isNaN(center)) {
            // Orthanc takes no account of the sign and of the rescaling here.
            width = Math.pow(2, d.bitsStored());
            center = width / 2;
        }
        return new ModalityValues(slope, intercept, center, width);
    }

    private static double number(Attributes first, Attributes second, int tag, double otherwise) {
        double value = first == null ? Double.NaN : number(first, tag);
        if (Double.isNaN(value)) {
            value = number(second, tag);
        }
        return Double.isNaN(value) || Double.isInfinite(value) ? otherwise : value;
    }

    /** Orthanc does not look into values whose VR the file says is unknown. */
    private static double number(Attributes dataset, int tag) {
        Element element = dataset.get(tag);
        return element == null || element.vr() == VR.UN ? Double.NaN : dataset.getDouble(tag, Double.NaN);
    }

    private static Attributes group(Attributes dataset, int frame, int macro) {
        Attributes own = dataset.getItem(Tag.PerFrameFunctionalGroupsSequence, frame);
        Attributes item = own == null ? null : own.getItem(macro, 0);
        if (item == null) {
            Attributes shared = dataset.getItem(Tag.SharedFunctionalGroupsSequence, 0);
            item = shared == null ? null : shared.getItem(macro, 0);
        }
        return item;
    }
}
