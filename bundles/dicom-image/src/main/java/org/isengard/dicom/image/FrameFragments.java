package org.isengard.dicom.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Fragments;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;

/**
 * Which fragments make which frame (PS3.5 section A.4): by the extended or basic offset table, one fragment for each
 * frame, or by the first bytes of the fragments.
 */
final class FrameFragments {
    private final Fragments fragments;
    /** First fragment of each frame, and behind the last one the number of fragments. */
    private final int[] starts;

    private FrameFragments(Fragments fragments, int[] starts) {
        this.fragments = fragments;
        this.starts = starts;
    }

    static FrameFragments of(Attributes dataset, Fragments fragments, TransferSyntax syntax, int frames)
            throws IOException {
        int[] starts = null;
        if (frames == 1) {
            starts = new int[] {0, fragments.size()};
        } else if (fragments.size() == frames) {
            starts = new int[frames + 1];
            Arrays.setAll(starts, i -> i);
        } else if (fragments.size() > frames) {
            starts = byTable(fragments, extendedOffsets(dataset), frames);
            if (starts == null) {
                starts = byTable(fragments, fragments.offsets(), frames);
            }
            if (starts == null) {
                starts = bySignature(fragments, syntax, frames);
            }
        }
        if (starts == null || fragments.isEmpty()) {
            throw ImageException.bad(fragments.size() + " fragments for " + frames + " frames");
        }
        return new FrameFragments(fragments, starts);
    }

    private static long[] extendedOffsets(Attributes dataset) {
        byte[] table = dataset.getBytes(Tag.ExtendedOffsetTable);
        if (table == null) {
            return new long[0];
        }
        long[] offsets = new long[table.length / 8];
        java.nio.ByteBuffer.wrap(table)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .asLongBuffer()
                .get(offsets);
        return offsets;
    }

    /** {@return null when the table does not fit the fragments} */
    private static int[] byTable(Fragments fragments, long[] offsets, int frames) {
        if (offsets.length != frames) {
            return null;
        }
        int[] starts = new int[frames + 1];
        long at = 0;
        int frame = 0;
        for (int i = 0; i < fragments.size() && frame < frames; i++) {
            if (offsets[frame] == at) {
                starts[frame++] = i;
            }
            at += 8L + fragments.length(i);
        }
        if (frame < frames || starts[0] != 0) {
            return null;
        }
        starts[frames] = fragments.size();
        return starts;
    }

    /** A frame starts where a fragment starts with the first bytes of a code stream. */
    private static int[] bySignature(Fragments fragments, TransferSyntax syntax, int frames) throws IOException {
        if (syntax.uid().equals(TransferSyntax.RLE.uid())) {
            return null;
        }
        int[] starts = new int[frames + 1];
        int frame = 0;
        for (int i = 0; i < fragments.size(); i++) {
            byte[] bytes = fragments.get(i);
            boolean start = bytes.length > 2
                    && (bytes[0] == (byte) 0xff && (bytes[1] == (byte) 0xd8 || bytes[1] == 0x4f)
                            || bytes[0] == 0 && bytes[1] == 0 && bytes[2] == 0);
            if (start) {
                if (frame == frames) {
                    return null;
                }
                starts[frame++] = i;
            }
        }
        starts[frames] = fragments.size();
        return frame == frames && starts[0] == 0 ? starts : null;
    }

    /** {@return the joined fragments of a frame} */
    byte[] get(int frame) throws IOException {
        int first = starts[frame];
        int last = starts[frame + 1];
        if (last - first == 1) {
            return fragments.get(first);
        }
        long total = 0;
        for (int i = first; i < last; i++) {
            total += fragments.length(i);
        }
        if (total > ImageDescription.MAX_FRAME_BYTES) {
            throw new ImageException(ImageException.Kind.TOO_LARGE, "A compressed frame of " + total + " bytes");
        }
        ByteArrayOutputStream joined = new ByteArrayOutputStream((int) total);
        for (int i = first; i < last; i++) {
            joined.write(fragments.get(i));
        }
        return joined.toByteArray();
    }
}
