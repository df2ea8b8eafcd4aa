package org.isengard.api.security;

import org.osgi.annotation.versioning.ProviderType;

/** Makes what the option RegisteredUsers holds in place of a password. */
@ProviderType
public interface PasswordHash {
    /** {@return a PHC string, {@code $argon2id$v=19$...}, with a new salt} */
    String hash(String password);
}
