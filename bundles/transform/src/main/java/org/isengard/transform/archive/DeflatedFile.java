package org.isengard.transform.archive;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** A file ready to be put in a ZIP archive. */
record DeflatedFile(byte[] bytes, int length, long size, long crc, boolean stored) {
    private static final int SAMPLE = 1 << 14;

    /** How much larger a file may become for being compressed several times as fast. */
    private static final double WORSE = 1.05;

    /**
     * Compresses a whole file.
     *
     * @param stored do not try: its pixel data is compressed already
     */
    static DeflatedFile of(byte[] file, boolean stored) {
        CRC32 crc = new CRC32();
        crc.update(file);
        if (stored) {
            return new DeflatedFile(file, file.length, file.length, crc.getValue(), true);
        }
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        try {
            deflater.setStrategy(strategy(deflater, file));
            deflater.reset();
            deflater.setInput(file);
            deflater.finish();
            byte[] out = new byte[Math.max(1 << 10, file.length / 2)];
            int length = 0;
            while (!deflater.finished()) {
                if (length == out.length) {
                    out = Arrays.copyOf(out, (int) Math.min(Integer.MAX_VALUE - 8, out.length * 3L / 2 + 64));
                }
                length += deflater.deflate(out, length, out.length - length);
            }
            return length < file.length
                    ? new DeflatedFile(out, length, file.length, crc.getValue(), false)
                    : new DeflatedFile(file, file.length, file.length, crc.getValue(), true);
        } finally {
            deflater.end();
        }
    }

    /**
     * Speed before size: in pixels with noise there is hardly anything that repeats, and looking for it takes most of the
     * time. A part of the file is compressed both ways.
     */
    private static int strategy(Deflater deflater, byte[] file) {
        if (file.length < SAMPLE * 4) {
            return Deflater.DEFAULT_STRATEGY;
        }
        int repeats = sample(deflater, file, Deflater.DEFAULT_STRATEGY);
        int codes = sample(deflater, file, Deflater.HUFFMAN_ONLY);
        return codes <= repeats * WORSE ? Deflater.HUFFMAN_ONLY : Deflater.DEFAULT_STRATEGY;
    }

    /** {@return what becomes of the middle of the file} */
    private static int sample(Deflater deflater, byte[] file, int strategy) {
        byte[] out = new byte[SAMPLE * 2];
        deflater.reset();
        deflater.setStrategy(strategy);
        deflater.setInput(file, (file.length - SAMPLE) / 2, SAMPLE);
        deflater.finish();
        int length = 0;
        while (!deflater.finished()) {
            length += deflater.deflate(out, length, out.length - length);
        }
        return length;
    }

    InputStream open() {
        return new ByteArrayInputStream(bytes, 0, length);
    }
}
