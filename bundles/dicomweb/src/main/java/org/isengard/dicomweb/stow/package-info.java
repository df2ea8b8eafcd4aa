/** Storing: STOW-RS (PS3.18 section 10.5). */
package org.isengard.dicomweb.stow;
