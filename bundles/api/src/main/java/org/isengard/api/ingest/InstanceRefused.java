package org.isengard.api.ingest;

/** A filter refuses an instance and says with which status C-STORE answers. */
public final class InstanceRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int dimseStatus;

    /** @param dimseStatus of PS3.4 section B.2.3 or PS3.7 annex C, not 0 */
    public InstanceRefused(int dimseStatus) {
        super(String.format("A filter refuses the instance with status 0x%04X", dimseStatus));
        this.dimseStatus = dimseStatus;
    }

    public int dimseStatus() {
        return dimseStatus;
    }
}
