package org.isengard.api.store;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Values by keys, in stores by name, kept in the database of the index and shared by all servers on that database. A store
 * exists as long as it has a key. A change is on the disk when its method returns. Names of stores and keys have 1 to 1,024
 * characters, none of them U+0000; a value has up to {@value #MAX_VALUE_BYTES} bytes.
 *
 * <p>All methods throw {@link org.isengard.api.IsengardException}: PARAMETER_OUT_OF_RANGE for a name or a value beyond these
 * limits, SERVICE_UNAVAILABLE while the index is being updated, DATABASE when the database fails.
 */
@ProviderType
public interface KeyValueStores {
    int MAX_VALUE_BYTES = 64 << 20;

    Optional<byte[]> get(String store, String key);

    /** Sets the value of a key, which may have had one. */
    void put(String store, String key, byte[] value);

    /**
     * Sets the value of a key only if nobody has changed it since it was read.
     *
     * @param expected the value the key has now; empty for a key that does not exist
     * @return whether the key had the expected value and has the new one now
     */
    boolean replace(String store, String key, Optional<byte[]> expected, byte[] value);

    /** {@return whether the key existed} */
    boolean delete(String store, String key);

    /**
     * {@return keys of a store in the order of their UTF-8 bytes}
     *
     * @param after the keys behind this one; "" for those from the first one on
     * @param limit how many keys at most, at least 1
     */
    List<String> keys(String store, String after, int limit);
}
