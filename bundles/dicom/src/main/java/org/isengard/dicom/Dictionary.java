package org.isengard.dicom;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The data dictionary (PS3.6) with the known private blocks, and optionally those of a configuration. Immutable.
 * Names are DCMTK's: keywords, with the prefix {@code RETIRED_} where retired.
 */
public final class Dictionary {
    /**
     * @param vmMax the most values, or -1 if there is no limit
     * @param privateCreator the creator of the private block, or null for a standard element
     */
    public record Entry(int tag, VR vr, String name, int vmMin, int vmMax, String privateCreator) {}

    private static final class Standard {
        static final Dictionary DICTIONARY = new Dictionary(Map.of(), Map.of(), Map.of());
    }

    /** The table of standard elements: columns, sorted by tag; names are made into strings when asked for. */
    private static final class Elements {
        static final int[] SORT_KEYS;
        static final VR[] VRS;
        static final VR[] OTHER_VRS;
        static final byte[] VMS;
        static final int[] NAME_ENDS;
        static final byte[] NAMES;

        static {
            try (var in = new DataInputStream(new BufferedInputStream(Tables.open("elements.bin")))) {
                int count = in.readInt();
                SORT_KEYS = new int[count];
                VRS = new VR[count];
                OTHER_VRS = new VR[count];
                VMS = new byte[2 * count];
                NAME_ENDS = new int[count];
                int end = 0;
                for (int i = 0; i < count; i++) {
                    SORT_KEYS[i] = in.readInt() ^ Integer.MIN_VALUE;
                    VRS[i] = VR.of(in.readUnsignedByte(), in.readUnsignedByte());
                    OTHER_VRS[i] = VR.of(in.readUnsignedByte(), in.readUnsignedByte());
                    VMS[2 * i] = in.readByte();
                    VMS[2 * i + 1] = in.readByte();
                    end += in.readUnsignedByte();
                    NAME_ENDS[i] = end;
                }
                NAMES = in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        static int find(int tag) {
            return Arrays.binarySearch(SORT_KEYS, tag ^ Integer.MIN_VALUE);
        }

        static Entry entry(int index, int tag) {
            int start = index == 0 ? 0 : NAME_ENDS[index - 1];
            String name = new String(NAMES, start, NAME_ENDS[index] - start, StandardCharsets.US_ASCII);
            int max = VMS[2 * index + 1];
            VR vr = OTHER_VRS[index] == VR.OW ? VR.OW : VRS[index];
            return new Entry(tag, vr, name, VMS[2 * index], max == 0 ? -1 : max, null);
        }
    }

    private static final class Names {
        static final Map<String, Integer> INDEX = new HashMap<>(2 * Elements.SORT_KEYS.length);

        static {
            for (int i = 0; i < Elements.SORT_KEYS.length; i++) {
                INDEX.put(Elements.entry(i, 0).name(), i);
            }
        }
    }

    private static final class PrivateBlocks {
        static final Map<String, Map<Integer, Entry>> BY_CREATOR = new HashMap<>();

        static {
            for (String[] row : Tables.rows("private.tsv")) {
                int tag =
                        Integer.parseInt(row[1].substring(0, 4), 16) << 16 | Integer.parseInt(row[1].substring(5), 16);
                String vr = row[2].equals("-") ? "UN" : row[2].substring(0, 2);
                String[] vm = row[4].split("-");
                int min = Integer.parseInt(vm[0]);
                int max = vm.length == 1 ? min : vm[1].endsWith("n") ? -1 : Integer.parseInt(vm[1]);
                BY_CREATOR
                        .computeIfAbsent(row[0], creator -> new HashMap<>())
                        .put(tag, new Entry(tag, VR.of(vr), row[3], min, max, row[0]));
            }
        }
    }

    private final Map<Integer, Entry> extraPublic;
    private final Map<String, Map<Integer, Entry>> extraPrivate;
    private final Map<String, Entry> extraNames;

    private Dictionary(
            Map<Integer, Entry> extraPublic,
            Map<String, Map<Integer, Entry>> extraPrivate,
            Map<String, Entry> extraNames) {
        this.extraPublic = extraPublic;
        this.extraPrivate = extraPrivate;
        this.extraNames = extraNames;
    }

    public static Dictionary standard() {
        return Standard.DICTIONARY;
    }

    /** This dictionary and further entries, which win over what is there. Entries may be private or not. */
    public Dictionary withPrivate(List<Entry> entries) {
        var publics = new HashMap<>(extraPublic);
        var privates = new HashMap<String, Map<Integer, Entry>>();
        extraPrivate.forEach((creator, block) -> privates.put(creator, new HashMap<>(block)));
        var names = new HashMap<>(extraNames);
        for (Entry entry : entries) {
            names.put(entry.name(), entry);
            if (entry.privateCreator() == null) {
                publics.put(entry.tag(), entry);
            } else {
                privates.computeIfAbsent(entry.privateCreator(), creator -> new HashMap<>())
                        .put(blockTag(entry.tag()), entry);
            }
        }
        return new Dictionary(publics, privates, names);
    }

    /** The entry of a tag, in repeating groups too, or null. A private tag is found by its creator only. */
    public Entry lookup(int tag, String privateCreator) {
        if (!extraPublic.isEmpty()) {
            Entry extra = extraPublic.get(tag);
            if (extra != null) {
                return extra;
            }
        }
        if (Tags.isPrivate(tag)) {
            return lookupPrivate(tag, privateCreator);
        }
        int index = find(tag);
        if (index >= 0) {
            return Elements.entry(index, tag);
        }
        return Tags.isGroupLength(tag) ? new Entry(tag, VR.UL, "GenericGroupLength", 1, 1, null) : null;
    }

    private Entry lookupPrivate(int tag, String creator) {
        boolean illegal = Tags.group(tag) <= 7;
        if (Tags.isPrivateCreator(tag)) {
            return new Entry(tag, VR.LO, illegal ? "IllegalPrivateCreator" : "PrivateCreator", 1, 1, null);
        }
        if (Tags.isGroupLength(tag)) {
            return new Entry(tag, VR.UL, illegal ? "IllegalGroupLength" : "PrivateGroupLength", 1, 1, null);
        }
        if (creator == null) {
            return null;
        }
        Map<Integer, Entry> block = extraPrivate.get(creator);
        Entry entry = block == null ? null : block.get(blockTag(tag));
        if (entry == null) {
            block = PrivateBlocks.BY_CREATOR.get(creator);
            entry = block == null ? null : block.get(blockTag(tag));
        }
        return entry == null || entry.tag() == tag
                ? entry
                : new Entry(tag, entry.vr(), entry.name(), entry.vmMin(), entry.vmMax(), entry.privateCreator());
    }

    /** The entry of that name, or null. Names of configured entries win; private blocks of the standard tables have none. */
    public Entry byName(String name) {
        Entry extra = extraNames.get(name);
        if (extra != null) {
            return extra;
        }
        Integer index = Names.INDEX.get(name);
        return index == null ? null : Elements.entry(index, Elements.SORT_KEYS[index] ^ Integer.MIN_VALUE);
    }

    /** The name of a tag, or null if it is unknown. */
    public String nameOf(int tag, String privateCreator) {
        Entry entry = lookup(tag, privateCreator);
        return entry == null ? null : entry.name();
    }

    /** The VR of a tag; UN if it is unknown. Where the standard leaves a choice, the first: US of US/SS, OW of OB/OW. */
    public VR vrOf(int tag, String privateCreator) {
        if (!Tags.isPrivate(tag) && extraPublic.isEmpty()) {
            int index = find(tag);
            if (index >= 0) {
                return Elements.OTHER_VRS[index] == VR.OW ? VR.OW : Elements.VRS[index];
            }
        }
        Entry entry = lookup(tag, privateCreator);
        return entry == null ? VR.UN : entry.vr();
    }

    /** Whether the VR is US or SS, as Pixel Representation says. */
    boolean dependsOnSign(int tag) {
        int index = Tags.isPrivate(tag) ? -1 : find(tag);
        return index >= 0 && Elements.OTHER_VRS[index] == VR.SS;
    }

    private static int find(int tag) {
        int index = Elements.find(tag);
        if (index >= 0) {
            return index;
        }
        int group = tag >>> 24;
        if (group == 0x50 || group == 0x60 || group == 0x7f) {
            return Elements.find(tag & 0xff00ffff);
        }
        return (tag & 0xffffff00) == 0x00203100 ? Elements.find(0x00203100) : -1;
    }

    private static int blockTag(int tag) {
        return tag & 0xffff00ff;
    }
}
