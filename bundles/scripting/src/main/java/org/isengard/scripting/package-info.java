/** Scripts: the callbacks of Orthanc, and what scripts may ask of the server. */
package org.isengard.scripting;
