package org.isengard.itests.demo;

import java.io.IOException;
import java.util.Random;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Sequence;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicom.VR;

/** Ten seconds of a healthy heart in twelve leads (PS3.3 sections A.34.3 and C.10.9). */
final class Ecg {
    static final int RATE = 500;
    static final int SAMPLES = 10 * RATE;

    /** Where each wave is within a beat of one second, how wide it is, both in seconds; and which one it is. */
    private static final double[][] WAVES = {{0.16, 0.022}, {0.255, 0.009}, {0.28, 0.011}, {0.306, 0.010}, {0.53, 0.046}
    };

    /** Height of P, Q, R, S and T in millivolts, for each lead. */
    private static final double[][] HEIGHTS = {
        {0.10, -0.05, 0.75, -0.12, 0.22},
        {0.14, -0.08, 1.15, -0.16, 0.30},
        {0.05, -0.04, 0.42, -0.06, 0.09},
        {-0.12, 0.06, -0.95, 0.14, -0.26},
        {0.03, -0.02, 0.20, -0.05, 0.07},
        {0.09, -0.06, 0.78, -0.11, 0.19},
        {0.05, 0.00, 0.18, -0.85, -0.05},
        {0.07, 0.00, 0.35, -1.35, 0.35},
        {0.08, -0.03, 0.80, -0.90, 0.42},
        {0.08, -0.06, 1.35, -0.50, 0.40},
        {0.08, -0.08, 1.25, -0.22, 0.32},
        {0.08, -0.07, 0.95, -0.08, 0.24},
    };

    private static final String[][] LEADS = {
        {"2:1", "Lead I"}, {"2:2", "Lead II"}, {"2:61", "Lead III"}, {"2:62", "Lead aVR"}, {"2:63", "Lead aVL"},
        {"2:64", "Lead aVF"}, {"2:3", "Lead V1"}, {"2:4", "Lead V2"}, {"2:5", "Lead V3"}, {"2:6", "Lead V4"},
        {"2:7", "Lead V5"}, {"2:8", "Lead V6"}
    };

    private Ecg() {}

    /** {@return millivolts of a lead (0 to 11) at a time within a beat, from 0 to 1 second} */
    static double beat(double time, int lead) {
        double sum = 0;
        for (int wave = 0; wave < WAVES.length; wave++) {
            double away = (time - WAVES[wave][0]) / WAVES[wave][1];
            sum += HEIGHTS[lead][wave] * Math.exp(-away * away / 2);
        }
        return sum;
    }

    static byte[] file(Study study, int series) throws IOException {
        Attributes a = study.instance(UID.TwelveLeadECGWaveformStorage, "ECG", series, 1, "12-lead ECG at rest");
        String at = study.common().getString(Tag.StudyDate) + study.common().getString(Tag.StudyTime);
        a.setString(Tag.AcquisitionDateTime, VR.DT, at);
        a.setNull(Tag.AcquisitionContextSequence, VR.SQ);
        Attributes group = a.newSequence(Tag.WaveformSequence).newItem();
        group.setString(Tag.MultiplexGroupLabel, VR.SH, "RHYTHM");
        group.setString(Tag.WaveformOriginality, VR.CS, "ORIGINAL");
        group.setInt(Tag.NumberOfWaveformChannels, VR.US, LEADS.length);
        group.setLong(Tag.NumberOfWaveformSamples, VR.UL, SAMPLES);
        group.setString(Tag.SamplingFrequency, VR.DS, Integer.toString(RATE));
        Sequence channels = group.newSequence(Tag.ChannelDefinitionSequence);
        for (String[] lead : LEADS) {
            channel(channels.newItem(), lead);
        }
        group.setInt(Tag.WaveformBitsAllocated, VR.US, 16);
        group.setString(Tag.WaveformSampleInterpretation, VR.CS, "SS");
        group.setBytes(Tag.WaveformData, VR.OW, samples());
        annotations(a);
        return Pixels.file(a, TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
    }

    private static void channel(Attributes channel, String[] lead) {
        channel.setString(Tag.ChannelLabel, VR.SH, lead[1].substring(5));
        Study.code(channel, Tag.ChannelSourceSequence, new Study.Code(lead[0], "MDC", lead[1]));
        channel.setString(Tag.ChannelSensitivity, VR.DS, "2.5");
        Study.code(channel, Tag.ChannelSensitivityUnitsSequence, new Study.Code("uV", "UCUM", "microvolt"));
        channel.setString(Tag.ChannelSensitivityCorrectionFactor, VR.DS, "1");
        channel.setString(Tag.ChannelBaseline, VR.DS, "0");
        channel.setString(Tag.ChannelSampleSkew, VR.DS, "0");
        channel.setInt(Tag.WaveformBitsStored, VR.US, 16);
        channel.setString(Tag.FilterLowFrequency, VR.DS, "0.05");
        channel.setString(Tag.FilterHighFrequency, VR.DS, "150");
    }

    private static byte[] samples() {
        Random random = new Random(5);
        byte[] bytes = new byte[SAMPLES * LEADS.length * 2];
        int at = 0;
        double length = 0.86;
        double start = 0;
        for (int i = 0; i < SAMPLES; i++) {
            double time = i / (double) RATE;
            if (time - start >= length) {
                start += length;
                length = 0.86 + 0.03 * Math.sin(start);
            }
            for (int lead = 0; lead < LEADS.length; lead++) {
                double wander = 0.02 * Math.sin(time * 1.6 + lead);
                double millivolts = beat(time - start, lead) + wander + 0.006 * random.nextGaussian();
                int value = (int) Math.round(millivolts * 1000 / 2.5);
                bytes[at++] = (byte) value;
                bytes[at++] = (byte) (value >> 8);
            }
        }
        return bytes;
    }

    private static void annotations(Attributes a) {
        Sequence annotations = a.newSequence(Tag.WaveformAnnotationSequence);
        String[] texts = {"Sinus rhythm, 69 beats per minute", "Normal ECG"};
        for (String text : texts) {
            Attributes annotation = annotations.newItem();
            annotation.setInt(Tag.ReferencedWaveformChannels, VR.US, 1, 0);
            annotation.setString(Tag.UnformattedTextValue, VR.ST, text);
            annotation.setInt(Tag.AnnotationGroupNumber, VR.US, 0);
        }
    }
}
