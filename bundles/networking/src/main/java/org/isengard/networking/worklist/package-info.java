/** The modality worklist SCP (PS3.4 annex K) and its sources. */
package org.isengard.networking.worklist;
