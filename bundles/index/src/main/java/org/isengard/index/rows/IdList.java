package org.isengard.index.rows;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.RandomAccess;

/** Many identifiers in 20 bytes each: a list of all instances of a large server fits in memory. */
public final class IdList extends AbstractList<String> implements RandomAccess {
    private byte[] bytes = new byte[16 * PublicId.LENGTH];
    private int size;

    public void append(byte[] publicId) {
        int at = Math.multiplyExact(size, PublicId.LENGTH);
        if (at + PublicId.LENGTH > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.addExact(bytes.length, Math.max(bytes.length / 2, PublicId.LENGTH)));
        }
        System.arraycopy(publicId, 0, bytes, at, PublicId.LENGTH);
        size++;
    }

    @Override
    public String get(int index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException(index);
        }
        return PublicId.toText(bytes, index * PublicId.LENGTH);
    }

    @Override
    public int size() {
        return size;
    }
}
