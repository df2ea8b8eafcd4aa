package org.isengard.transform.archive;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** A file ready to be put in a ZIP archive. */
record DeflatedFile(byte[] bytes, int length, long size, long crc, boolean stored) {
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
        // Speed before size: pixels of 16 bits gain little from more effort.
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
            return length < file.length
                    ? new DeflatedFile(out, length, file.length, crc.getValue(), false)
                    : new DeflatedFile(file, file.length, file.length, crc.getValue(), true);
        } finally {
            deflater.end();
        }
    }

    InputStream open() {
        return new ByteArrayInputStream(bytes, 0, length);
    }
}
