package org.isengard.dicom;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.OptionalInt;

/** A data set: elements in the order of their tags (unsigned). Not for use by several threads while it is changed. */
public final class Attributes implements Iterable<Element> {
    private static final Element[] NONE = new Element[0];

    private Element[] elements = NONE;
    private int size;
    private Attributes parent;
    private SpecificCharacterSet defaultCharacterSet = SpecificCharacterSet.ASCII;
    private SpecificCharacterSet characterSet;

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    public boolean contains(int tag) {
        return find(tag) >= 0;
    }

    /** The element, or null. */
    public Element get(int tag) {
        int index = find(tag);
        return index < 0 ? null : elements[index];
    }

    /** The element at a position of the order of tags. */
    public Element at(int index) {
        if (index >= size) {
            throw new IndexOutOfBoundsException(index);
        }
        return elements[index];
    }

    private int find(int tag) {
        int low = 0;
        int high = size - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            int order = Integer.compareUnsigned(elements[middle].tag(), tag);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }

    /** Puts an element, in place of one with the same tag. */
    public void put(Element element) {
        place(element);
    }

    /** Puts an element; returns how many others had to make room. */
    int place(Element element) {
        int moved = 0;
        int index = size > 0 && Integer.compareUnsigned(elements[size - 1].tag(), element.tag()) < 0
                ? -size - 1
                : find(element.tag());
        if (index < 0) {
            index = -index - 1;
            if (size == elements.length) {
                elements = Arrays.copyOf(elements, Math.max(8, size + (size >> 1)));
            }
            moved = size - index;
            System.arraycopy(elements, index, elements, index + 1, moved);
            size++;
        }
        elements[index] = element;
        changed(element);
        return moved;
    }

    private void changed(Element element) {
        if (element.tag() == Tag.SpecificCharacterSet) {
            characterSet = null;
        }
        if (element instanceof Sequence sequence) {
            sequence.moveTo(this);
        }
    }

    /** Takes an element out; returns it, or null if there was none. */
    public Element remove(int tag) {
        int index = find(tag);
        if (index < 0) {
            return null;
        }
        Element removed = elements[index];
        size--;
        System.arraycopy(elements, index + 1, elements, index, size - index);
        elements[size] = null;
        if (tag == Tag.SpecificCharacterSet) {
            characterSet = null;
        }
        return removed;
    }

    @Override
    public Iterator<Element> iterator() {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < size;
            }

            @Override
            public Element next() {
                if (next >= size) {
                    throw new NoSuchElementException();
                }
                return elements[next++];
            }
        };
    }

    // ------------------------------------------------------------------ character set

    void moveTo(Attributes newParent) {
        parent = newParent;
    }

    /** The data set whose sequence holds this one as an item, or null. */
    public Attributes parent() {
        return parent;
    }

    /** The encoding of the text: Specific Character Set here, else that of the enclosing data set, else the default. */
    public SpecificCharacterSet characterSet() {
        if (characterSet == null) {
            if (get(Tag.SpecificCharacterSet) instanceof Value value && !value.isEmpty()) {
                List<String> terms = value.strings(SpecificCharacterSet.ASCII);
                characterSet = SpecificCharacterSet.ofOrElse(fallback(), terms.toArray(String[]::new));
            } else {
                return parent == null ? defaultCharacterSet : parent.characterSet();
            }
        }
        return characterSet;
    }

    private SpecificCharacterSet fallback() {
        return parent == null ? defaultCharacterSet : parent.fallback();
    }

    /** The encoding of a data set without a Specific Character Set; ASCII unless set. */
    public void setDefaultCharacterSet(SpecificCharacterSet characterSet) {
        this.characterSet = null;
        defaultCharacterSet = characterSet;
    }

    /** Changes Specific Character Set and carries all text over, that of items too. No terms: the element is removed. */
    public void setCharacterSet(String... definedTerms) {
        decodeText();
        if (definedTerms.length == 0) {
            remove(Tag.SpecificCharacterSet);
        } else {
            setString(Tag.SpecificCharacterSet, VR.CS, definedTerms);
        }
    }

    private void decodeText() {
        for (int i = 0; i < size; i++) {
            Element element = elements[i];
            if (element instanceof Value value && (value.vr().isText() || value.needsCharacterSet())) {
                String text = value.string(characterSet());
                // Bytes that mean nothing in the old set were not meant to be in it: they stay.
                if (text.indexOf(SpecificCharacterSet.UNKNOWN) < 0) {
                    elements[i] = Value.of(value.tag(), value.vr(), Value.trimEnd(text));
                }
            } else if (element instanceof Sequence sequence) {
                for (Attributes item : sequence) {
                    item.decodeText();
                    item.remove(Tag.SpecificCharacterSet);
                }
            }
        }
    }

    // ------------------------------------------------------------------ reading values

    /** The first value as text, decoded and without padding; null if there is none. Numbers are in decimal notation. */
    public String getString(int tag) {
        return get(tag) instanceof Value value ? value.first(characterSet()) : null;
    }

    public String getString(int tag, String otherwise) {
        String value = getString(tag);
        return value == null ? otherwise : value;
    }

    /** All values as text, decoded and without padding. */
    public List<String> getStrings(int tag) {
        return get(tag) instanceof Value value ? value.strings(characterSet()) : List.of();
    }

    /** The first value as a whole number; {@code otherwise} if there is none, or it is not one of 32 bits. */
    public int getInt(int tag, int otherwise) {
        long value = getLong(tag, otherwise);
        return value == (int) value ? (int) value : otherwise;
    }

    public long getLong(int tag, long otherwise) {
        if (!(get(tag) instanceof Value value)) {
            return otherwise;
        }
        if (value.vr().isNumber()) {
            return value.count() == 0 ? otherwise : value.longAt(0);
        }
        String s = value.first(characterSet());
        Long number = s == null ? null : Value.parseLong(s);
        return number == null ? otherwise : number;
    }

    /** All values as whole numbers; empty if one of them is none. */
    public int[] getInts(int tag) {
        double[] values = getDoubles(tag);
        var ints = new int[values.length];
        for (int i = 0; i < ints.length; i++) {
            if (Double.isNaN(values[i])) {
                return new int[0];
            }
            ints[i] = (int) (long) values[i];
        }
        return ints;
    }

    /** The first value as a number; {@code otherwise} if there is none. */
    public double getDouble(int tag, double otherwise) {
        double[] values = getDoubles(tag);
        return values.length == 0 || Double.isNaN(values[0]) ? otherwise : values[0];
    }

    /** All values as numbers, NaN for what is none. */
    public double[] getDoubles(int tag) {
        return get(tag) instanceof Value value ? value.doubles() : new double[0];
    }

    /** The sequence, or null. */
    public Sequence getSequence(int tag) {
        return get(tag) instanceof Sequence sequence ? sequence : null;
    }

    /** An item of a sequence, or null if there is no such sequence or item. */
    public Attributes getItem(int tag, int index) {
        Sequence sequence = getSequence(tag);
        return sequence != null && index >= 0 && index < sequence.size() ? sequence.get(index) : null;
    }

    /** The bytes of a plain value, little endian, a copy; null if there is no such element or it is not a plain value. */
    public byte[] getBytes(int tag) {
        return get(tag) instanceof Value value ? value.bytes(characterSet()) : null;
    }

    // ------------------------------------------------------------------ private elements

    /** The creator of the block a private element is in, or null. */
    public String privateCreatorOf(int tag) {
        return Tags.isPrivate(tag) && Tags.element(tag) > 0xff ? getString(Tags.creatorOf(tag)) : null;
    }

    /** The tag that an element of a private block has here; {@code tag} is for example 0x00990001 or 0x00991001. */
    public OptionalInt privateTag(String creator, int tag) {
        int group = tag & 0xffff0000;
        int index = find(group | 0x10);
        for (int i = index < 0 ? -index - 1 : index; i < size; i++) {
            int candidate = elements[i].tag();
            if ((candidate & 0xffff0000) != group || Tags.element(candidate) > 0xff) {
                break;
            }
            if (creator.equals(getString(candidate))) {
                return OptionalInt.of(group | Tags.element(candidate) << 8 | tag & 0xff);
            }
        }
        return OptionalInt.empty();
    }

    /** Like {@link #privateTag}, and reserves a free block if the creator has none in this group. */
    public int reservePrivateTag(String creator, int tag) {
        OptionalInt known = privateTag(creator, tag);
        if (known.isPresent()) {
            return known.getAsInt();
        }
        for (int block = 0x10; block <= 0xff; block++) {
            int creatorTag = tag & 0xffff0000 | block;
            if (!contains(creatorTag)) {
                setString(creatorTag, VR.LO, creator);
                return tag & 0xffff0000 | block << 8 | tag & 0xff;
            }
        }
        throw new IllegalStateException(
                "No free private block in group " + Tags.toString(tag).substring(0, 4));
    }

    public Element get(String creator, int tag) {
        OptionalInt actual = privateTag(creator, tag);
        return actual.isPresent() ? get(actual.getAsInt()) : null;
    }

    public String getString(String creator, int tag) {
        OptionalInt actual = privateTag(creator, tag);
        return actual.isPresent() ? getString(actual.getAsInt()) : null;
    }

    // ------------------------------------------------------------------ setting values

    /** Sets text, or the numbers a text stands for; no values: an empty element. */
    public void setString(int tag, VR vr, String... values) {
        put(Value.of(tag, vr, values));
    }

    /** Sets text under the VR the dictionary has for the tag. */
    public void setString(int tag, String value) {
        setString(tag, Dictionary.standard().vrOf(tag, null), value);
    }

    public void setInt(int tag, VR vr, int... values) {
        setLong(tag, vr, Arrays.stream(values).asLongStream().toArray());
    }

    public void setLong(int tag, VR vr, long... values) {
        put(Value.ofIntegers(tag, vr, values));
    }

    public void setDouble(int tag, VR vr, double... values) {
        boolean binary = vr == VR.FD || vr == VR.FL;
        put(Value.of(
                tag,
                vr,
                Arrays.stream(values)
                        .mapToObj(value -> binary ? Double.toString(value) : Value.decimalString(value))
                        .toArray(String[]::new)));
    }

    /** Sets little-endian bytes, which are not copied. */
    public void setBytes(int tag, VR vr, byte[] bytes) {
        put(new Value(tag, vr, bytes));
    }

    /** Sets an element without a value. */
    public void setNull(int tag, VR vr) {
        put(vr == VR.SQ ? new Sequence(tag, this) : new Value(tag, vr, new byte[0]));
    }

    /** Puts a new, empty sequence. */
    public Sequence newSequence(int tag) {
        var sequence = new Sequence(tag, this);
        put(sequence);
        return sequence;
    }

    /** Puts fragments as encapsulated value; the arrays are not copied. */
    public Fragments setFragments(int tag, VR vr, byte[] offsetTable, List<byte[]> fragments) {
        var value = new Fragments(tag, vr);
        value.setOffsetTable(offsetTable);
        fragments.forEach(value::add);
        put(value);
        return value;
    }

    /** Takes copies of all elements of another data set over; text is carried over where character sets differ. */
    public void addAll(Attributes other) {
        if (other.isEmpty()) {
            return;
        }
        Attributes source = other.copy();
        if (contains(Tag.SpecificCharacterSet) || !other.contains(Tag.SpecificCharacterSet)) {
            source.setDefaultCharacterSet(other.characterSet());
            if (!source.characterSet().definedTerms().equals(characterSet().definedTerms())) {
                source.decodeText();
            }
            source.remove(Tag.SpecificCharacterSet);
        } else if (size > 0) {
            setCharacterSet(other.getStrings(Tag.SpecificCharacterSet).toArray(String[]::new));
        }
        for (Element element : source) {
            put(element);
        }
    }

    /** A deep copy, which is in no sequence but keeps the character set it inherited. */
    public Attributes copy() {
        var copy = new Attributes();
        copy.defaultCharacterSet = parent == null ? defaultCharacterSet : parent.characterSet();
        copy.elements = new Element[size];
        copy.size = size;
        for (int i = 0; i < size; i++) {
            copy.elements[i] = elements[i].copy();
            copy.changed(copy.elements[i]);
        }
        return copy;
    }

    /** The tags in order. */
    public List<Integer> tags() {
        var tags = new ArrayList<Integer>(size);
        for (int i = 0; i < size; i++) {
            tags.add(elements[i].tag());
        }
        return tags;
    }
}
