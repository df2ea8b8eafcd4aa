/** The web explorer: serves the page that the build makes of {@code web/}. */
package org.isengard.explorer;
