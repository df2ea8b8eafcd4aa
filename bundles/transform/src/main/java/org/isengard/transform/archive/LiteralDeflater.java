package org.isengard.transform.archive;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Compresses bytes as DEFLATE (RFC 1951) without looking for repeats: blocks of literals, each with Huffman codes of its own
 * (section 3.2.7). What it makes is as large as that of {@link java.util.zip.Deflater#HUFFMAN_ONLY}, in a fraction of the
 * time.
 *
 * <p>Threading: one use, one thread.
 */
final class LiteralDeflater {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int BLOCK = 1 << 16;
    private static final int END_OF_BLOCK = 256;
    private static final int LITERALS = 257;
    private static final int LONGEST_CODE = 15;
    private static final int LONGEST_CODE_OF_LENGTHS = 7;
    private static final int DYNAMIC = 2;
    /** Not used, but some readers want a whole code of distances. */
    private static final int DISTANCES = 2;
    /** In this order the lengths of the codes of lengths are written. */
    private static final int[] ORDER = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    /** More than the head of a block and what its last words may be too long. */
    private static final int HEAD = 512;

    private byte[] out;
    private int at;
    private long bits;
    private int pending;

    private LiteralDeflater(int size) {
        out = new byte[size / 4 * 3 + HEAD];
    }

    /** The output: the first {@code length} of these bytes. */
    record Result(byte[] bytes, int length) {}

    static Result deflate(byte[] in) {
        LiteralDeflater deflater = new LiteralDeflater(in.length);
        int from = 0;
        do {
            int to = (int) Math.min((long) from + BLOCK, in.length);
            deflater.block(in, from, to);
            from = to;
        } while (from < in.length);
        return deflater.finish();
    }

    private void block(byte[] in, int from, int to) {
        int[] counts = count(in, from, to);
        int[] lengths = lengths(counts, LONGEST_CODE);
        long size = 0;
        for (int symbol = 0; symbol < LITERALS; symbol++) {
            size += (long) counts[symbol] * lengths[symbol];
        }
        reserve(size / Byte.SIZE + HEAD);
        put(to == in.length ? 1 : 0, 1);
        put(DYNAMIC, 2);
        head(lengths);
        int[] codes = codes(lengths);
        literals(in, from, to, codes);
        putCode(codes[END_OF_BLOCK]);
    }

    private void reserve(long more) {
        if (out.length - at < more) {
            out = Arrays.copyOf(out, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(at + more, out.length * 5L / 4)));
        }
    }

    /** Four counters for each: one after the other would wait for itself where bytes repeat. */
    private static int[] count(byte[] in, int from, int to) {
        int[] counts = new int[LITERALS];
        int[] second = new int[END_OF_BLOCK];
        int[] third = new int[END_OF_BLOCK];
        int[] fourth = new int[END_OF_BLOCK];
        int i = from;
        for (; i < to - 3; i += 4) {
            counts[in[i] & 0xff]++;
            second[in[i + 1] & 0xff]++;
            third[in[i + 2] & 0xff]++;
            fourth[in[i + 3] & 0xff]++;
        }
        for (; i < to; i++) {
            counts[in[i] & 0xff]++;
        }
        for (int symbol = 0; symbol < END_OF_BLOCK; symbol++) {
            counts[symbol] += second[symbol] + third[symbol] + fourth[symbol];
        }
        counts[END_OF_BLOCK] = 1;
        return counts;
    }

    private void head(int[] lengths) {
        int[] all = Arrays.copyOf(lengths, LITERALS + DISTANCES);
        Arrays.fill(all, LITERALS, all.length, 1);
        int[] counts = new int[ORDER.length];
        for (int length : all) {
            counts[length]++;
        }
        int[] ofLengths = lengths(counts, LONGEST_CODE_OF_LENGTHS);
        int[] codes = codes(ofLengths);
        put(LITERALS - 257, 5);
        put(DISTANCES - 1, 5);
        put(ORDER.length - 4, 4);
        for (int symbol : ORDER) {
            put(ofLengths[symbol], 3);
        }
        for (int length : all) {
            putCode(codes[length]);
        }
    }

    private void literals(byte[] in, int from, int to, int[] codes) {
        byte[] target = out;
        int next = at;
        long word = bits;
        int filled = pending;
        int i = from;
        for (; i < to - 1; i += 2) {
            int first = codes[in[i] & 0xff];
            int second = codes[in[i + 1] & 0xff];
            int length = first & LONGEST_CODE;
            word |= (first >>> 4 | (long) (second >>> 4) << length) << filled;
            filled += length + (second & LONGEST_CODE);
            if (filled >= Integer.SIZE) {
                INT.set(target, next, (int) word);
                next += Integer.BYTES;
                word >>>= Integer.SIZE;
                filled -= Integer.SIZE;
            }
        }
        at = next;
        bits = word;
        pending = filled;
        if (i < to) {
            putCode(codes[in[i] & 0xff]);
        }
    }

    /** @param code with its length in the lowest four bits */
    private void putCode(int code) {
        put(code >>> 4, code & LONGEST_CODE);
    }

    private void put(int value, int length) {
        bits |= (long) value << pending;
        pending += length;
        if (pending >= Integer.SIZE) {
            INT.set(out, at, (int) bits);
            at += Integer.BYTES;
            bits >>>= Integer.SIZE;
            pending -= Integer.SIZE;
        }
    }

    private Result finish() {
        reserve(Integer.BYTES);
        INT.set(out, at, (int) bits);
        return new Result(out, at + (pending + Byte.SIZE - 1) / Byte.SIZE);
    }

    /**
     * {@return the lengths of the Huffman codes of symbols that occur so often, 0 for those that do not} Where a code would
     * be longer than allowed the counts are made more alike, which is nearly the best there is.
     */
    private static int[] lengths(int[] counts, int longest) {
        int[] wanted = counts.clone();
        while (true) {
            int[] lengths = tree(wanted);
            if (Arrays.stream(lengths).max().orElse(0) <= longest) {
                return lengths;
            }
            for (int symbol = 0; symbol < wanted.length; symbol++) {
                wanted[symbol] = (wanted[symbol] + 1) / 2;
            }
        }
    }

    /** Joins the two rarest until one is left; what was joined comes in the order of its weight. */
    private static int[] tree(int[] counts) {
        long[] leaves = new long[counts.length];
        int n = 0;
        for (int symbol = 0; symbol < counts.length; symbol++) {
            if (counts[symbol] > 0) {
                leaves[n++] = (long) counts[symbol] << 9 | symbol;
            }
        }
        Arrays.sort(leaves, 0, n);
        int[] lengths = new int[counts.length];
        if (n == 1) {
            lengths[(int) leaves[0] & 0x1ff] = 1;
            return lengths;
        }
        // Nodes: the leaves, then what was joined; each joined one has a larger number than its two parts.
        long[] weights = new long[2 * n - 1];
        int[] parents = new int[2 * n - 1];
        for (int leaf = 0; leaf < n; leaf++) {
            weights[leaf] = leaves[leaf] >>> 9;
        }
        int leaf = 0;
        int joined = n;
        for (int node = n; node < weights.length; node++) {
            for (int part = 0; part < 2; part++) {
                boolean isLeaf = leaf < n && (joined == node || weights[leaf] <= weights[joined]);
                int rarest = isLeaf ? leaf++ : joined++;
                weights[node] += weights[rarest];
                parents[rarest] = node;
            }
        }
        int[] depths = new int[weights.length];
        for (int node = weights.length - 2; node >= 0; node--) {
            depths[node] = depths[parents[node]] + 1;
        }
        for (leaf = 0; leaf < n; leaf++) {
            lengths[(int) leaves[leaf] & 0x1ff] = depths[leaf];
        }
        return lengths;
    }

    /** {@return canonical codes (section 3.2.2), first bit lowest, each with its length in the lowest four bits} */
    private static int[] codes(int[] lengths) {
        int[] next = new int[LONGEST_CODE + 2];
        for (int length : lengths) {
            if (length > 0) {
                next[length + 1]++;
            }
        }
        for (int length = 1; length < next.length; length++) {
            next[length] = next[length] + next[length - 1] << 1;
        }
        int[] codes = new int[lengths.length];
        for (int symbol = 0; symbol < lengths.length; symbol++) {
            int length = lengths[symbol];
            if (length > 0) {
                codes[symbol] = Integer.reverse(next[length]++) >>> Integer.SIZE - length << 4 | length;
            }
        }
        return codes;
    }
}
