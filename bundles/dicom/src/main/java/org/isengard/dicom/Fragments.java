package org.isengard.dicom;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Encapsulated pixel data: a basic offset table and fragments of a bit stream (PS3.5 section A.4). Fragments are held,
 * or left in the source and read on demand.
 */
public final class Fragments extends Element {
    private record Fragment(byte[] bytes, int start, long offset, int length) {}

    private byte[] offsetTable = new byte[0];
    private final List<Fragment> fragments = new ArrayList<>();
    private final BulkData.Source source;

    public Fragments(int tag, VR vr) {
        this(tag, vr, null);
    }

    /** @param source what referenced fragments are read from, or null */
    Fragments(int tag, VR vr, BulkData.Source source) {
        super(tag, vr);
        this.source = source;
    }

    /** The number of fragments, the offset table not counted. */
    public int size() {
        return fragments.size();
    }

    @Override
    public boolean isEmpty() {
        return fragments.isEmpty();
    }

    @Override
    public long length() {
        return -1;
    }

    /** The basic offset table as it is in the file; empty if there is none. */
    public byte[] offsetTable() {
        return offsetTable.clone();
    }

    /** The entries of the basic offset table: where frames start, counted from the first fragment's item tag. */
    public long[] offsets() {
        var offsets = new long[offsetTable.length / 4];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = Bytes.int32(offsetTable, 4 * i) & 0xffffffffL;
        }
        return offsets;
    }

    public void setOffsetTable(byte[] table) {
        offsetTable = table.clone();
    }

    /** Appends a fragment; the array is not copied. */
    public void add(byte[] fragment) {
        add(fragment, 0, fragment.length, -1);
    }

    void add(byte[] bytes, int start, int length, long offset) {
        fragments.add(new Fragment(bytes, start, offset, length));
    }

    void addReference(long offset, int length) {
        fragments.add(new Fragment(null, 0, offset, length));
    }

    /** The length of a fragment in bytes. */
    public int length(int index) {
        return fragments.get(index).length;
    }

    /** Where the value of a fragment starts in what it was read from, in bytes, or -1. */
    public long offset(int index) {
        return fragments.get(index).offset;
    }

    /** The sum of the lengths of all fragments. */
    public long totalLength() {
        long total = 0;
        for (Fragment fragment : fragments) {
            total += fragment.length;
        }
        return total;
    }

    /** The bytes of a fragment; read from the source if they were left there. */
    public byte[] get(int index) throws IOException {
        Fragment f = fragments.get(index);
        if (f.bytes != null) {
            byte[] copy = new byte[f.length];
            System.arraycopy(f.bytes, f.start, copy, 0, f.length);
            return copy;
        }
        return new BulkData(tag(), vr(), f.offset, f.length, false, source).read(0, f.length);
    }

    @Override
    Element copy() {
        var copy = new Fragments(tag(), vr(), source);
        copy.offsetTable = offsetTable;
        copy.fragments.addAll(fragments);
        return copy;
    }
}
