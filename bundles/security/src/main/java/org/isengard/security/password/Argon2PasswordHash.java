package org.isengard.security.password;

import org.isengard.api.security.PasswordHash;
import org.osgi.service.component.annotations.Component;

/** Hashes with Argon2id. */
@Component
public final class Argon2PasswordHash implements PasswordHash {
    @Override
    public String hash(String password) {
        return Argon2Hash.of(password).toString();
    }
}
