/** Studies, series and instances by their UIDs. */
package org.isengard.dicomweb.resource;
