/** Karaf commands {@code isengard:*} for operators. */
package org.isengard.shell;
