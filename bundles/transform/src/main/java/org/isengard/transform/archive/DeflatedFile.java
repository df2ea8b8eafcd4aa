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
    private static final double WORSE = 1.08;

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
        if (isNoise(file)) {
            LiteralDeflater.Result result = LiteralDeflater.deflate(file);
            return smaller(file, crc, result.bytes(), result.length());
        }
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        try {
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
            return smaller(file, crc, out, length);
        } finally {
            deflater.end();
        }
    }

    private static DeflatedFile smaller(byte[] file, CRC32 crc, byte[] deflated, int length) {
        return length < file.length
                ? new DeflatedFile(deflated, length, file.length, crc.getValue(), false)
                : new DeflatedFile(file, file.length, file.length, crc.getValue(), true);
    }

    /**
     * Speed before size: in pixels with noise there is hardly anything that repeats, and looking for it takes most of the
     * time. A part of the file is compressed both ways.
     */
    private static boolean isNoise(byte[] file) {
        if (file.length < SAMPLE * 4) {
            return false;
        }
        byte[] sample = Arrays.copyOfRange(file, (file.length - SAMPLE) / 2, (file.length + SAMPLE) / 2);
        return LiteralDeflater.deflate(sample).length() <= deflated(sample) * WORSE;
    }

    private static int deflated(byte[] sample) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        try {
            deflater.setInput(sample);
            deflater.finish();
            return deflater.deflate(new byte[SAMPLE * 2]);
        } finally {
            deflater.end();
        }
    }

    InputStream open() {
        return new ByteArrayInputStream(bytes, 0, length);
    }
}
