package org.isengard.dicom;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/** A sequence of items (PS3.5 section 7.5). Items inherit the character set of the data set they are in. */
public final class Sequence extends Element implements Iterable<Attributes> {
    private final List<Attributes> items = new ArrayList<>();
    private Attributes owner;

    Sequence(int tag, Attributes owner) {
        super(tag, VR.SQ);
        this.owner = owner;
    }

    void moveTo(Attributes newOwner) {
        owner = newOwner;
        for (Attributes item : items) {
            item.moveTo(newOwner);
        }
    }

    public int size() {
        return items.size();
    }

    @Override
    public boolean isEmpty() {
        return items.isEmpty();
    }

    @Override
    public long length() {
        return -1;
    }

    public Attributes get(int index) {
        return items.get(index);
    }

    /** Appends a new, empty item. */
    public Attributes newItem() {
        var item = new Attributes();
        add(item);
        return item;
    }

    /** Appends an item, which must not be in another sequence. */
    public void add(Attributes item) {
        item.moveTo(owner);
        items.add(item);
    }

    public Attributes remove(int index) {
        Attributes item = items.remove(index);
        item.moveTo(null);
        return item;
    }

    /** The items, as a view that cannot be changed. */
    public List<Attributes> items() {
        return Collections.unmodifiableList(items);
    }

    @Override
    public Iterator<Attributes> iterator() {
        return items().iterator();
    }

    @Override
    Element copy() {
        var copy = new Sequence(tag(), null);
        for (Attributes item : items) {
            copy.add(item.copy());
        }
        return copy;
    }
}
