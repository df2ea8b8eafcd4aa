/**
 * Who may do what: passwords, roles, tokens, audit. {@code SecurityControl} decides about each request; the access filter of
 * the bundle rest asks it, and waits while this bundle is swapped.
 */
package org.isengard.security;
