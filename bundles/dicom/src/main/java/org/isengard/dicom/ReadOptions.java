package org.isengard.dicom;

/** The parts of a file to read, and the limits on its content. Immutable; the {@code with} methods give changed copies. */
public final class ReadOptions {
    /** Treatment of pixel data: (7fe0,0010), and the floating-point forms (7fe0,0008) and (7fe0,0009). */
    public enum PixelData {
        /** It is read into memory. */
        LOAD,
        /** It is passed over and missing from the data set. */
        SKIP,
        /** Its place is noted ({@link BulkData}, or {@link Fragments} that read on demand). */
        REFERENCE
    }

    private static final ReadOptions DEFAULT = new ReadOptions();

    private PixelData pixelData = PixelData.LOAD;
    private boolean stopBeforePixelData;
    private int stopAt;
    private boolean stops;
    private Dictionary dictionary = Dictionary.standard();
    private SpecificCharacterSet defaultCharacterSet = SpecificCharacterSet.LATIN_1;
    private int maxDepth = 64;
    private int maxElements = 4_000_000;
    private long maxElementLength = Integer.MAX_VALUE - 16;
    private long maxInflated = 4L << 30;
    private int maxInflateRatio = 300;

    private ReadOptions() {}

    private ReadOptions(ReadOptions other) {
        pixelData = other.pixelData;
        stopBeforePixelData = other.stopBeforePixelData;
        stopAt = other.stopAt;
        stops = other.stops;
        dictionary = other.dictionary;
        defaultCharacterSet = other.defaultCharacterSet;
        maxDepth = other.maxDepth;
        maxElements = other.maxElements;
        maxElementLength = other.maxElementLength;
        maxInflated = other.maxInflated;
        maxInflateRatio = other.maxInflateRatio;
    }

    /** Everything is read and loaded; text without a character set is Latin 1. */
    public static ReadOptions defaults() {
        return DEFAULT;
    }

    /** All up to pixel data. */
    public static ReadOptions header() {
        return DEFAULT.withStopBeforePixelData();
    }

    public ReadOptions withPixelData(PixelData value) {
        var copy = new ReadOptions(this);
        copy.pixelData = value;
        return copy;
    }

    public ReadOptions withStopBeforePixelData() {
        var copy = new ReadOptions(this);
        copy.stopBeforePixelData = true;
        return copy;
    }

    /** Stops before the first element of the data set whose tag is not below this one. */
    public ReadOptions withStopAt(int tag) {
        var copy = new ReadOptions(this);
        copy.stops = true;
        copy.stopAt = tag;
        return copy;
    }

    /** Where the VRs of implicit VR are found. */
    public ReadOptions withDictionary(Dictionary value) {
        var copy = new ReadOptions(this);
        copy.dictionary = value;
        return copy;
    }

    /** The encoding of text in data sets without a Specific Character Set. */
    public ReadOptions withDefaultCharacterSet(SpecificCharacterSet value) {
        var copy = new ReadOptions(this);
        copy.defaultCharacterSet = value;
        return copy;
    }

    /** How deep sequences may be nested. */
    public ReadOptions withMaxDepth(int value) {
        var copy = new ReadOptions(this);
        copy.maxDepth = value;
        return copy;
    }

    /** How many elements, items and fragments there may be altogether. */
    public ReadOptions withMaxElements(int value) {
        var copy = new ReadOptions(this);
        copy.maxElements = value;
        return copy;
    }

    /** How many bytes a value may have that is loaded; at most what an array can hold. */
    public ReadOptions withMaxElementLength(long value) {
        var copy = new ReadOptions(this);
        copy.maxElementLength = Math.min(value, Integer.MAX_VALUE - 16);
        return copy;
    }

    /**
     * How large a deflated data set may become.
     *
     * @param bytes inflated size
     * @param ratio inflated size over deflated size, looked at beyond the first 64 MiB only, since empty images
     *     compress extremely well
     */
    public ReadOptions withMaxInflated(long bytes, int ratio) {
        var copy = new ReadOptions(this);
        copy.maxInflated = bytes;
        copy.maxInflateRatio = ratio;
        return copy;
    }

    public PixelData pixelData() {
        return pixelData;
    }

    public boolean stopBeforePixelData() {
        return stopBeforePixelData;
    }

    boolean stopsAt(int tag) {
        return stops && Integer.compareUnsigned(tag, stopAt) >= 0;
    }

    public Dictionary dictionary() {
        return dictionary;
    }

    public SpecificCharacterSet defaultCharacterSet() {
        return defaultCharacterSet;
    }

    public int maxDepth() {
        return maxDepth;
    }

    public int maxElements() {
        return maxElements;
    }

    public long maxElementLength() {
        return maxElementLength;
    }

    public long maxInflated() {
        return maxInflated;
    }

    public int maxInflateRatio() {
        return maxInflateRatio;
    }
}
