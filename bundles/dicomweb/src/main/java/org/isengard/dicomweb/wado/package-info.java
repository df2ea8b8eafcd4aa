/** Retrieving: WADO-RS (PS3.18 section 10.4) and WADO-URI (PS3.18 section 9.4). */
package org.isengard.dicomweb.wado;
