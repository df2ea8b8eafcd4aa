/** Searching: QIDO-RS (PS3.18 section 10.6). */
package org.isengard.dicomweb.qido;
