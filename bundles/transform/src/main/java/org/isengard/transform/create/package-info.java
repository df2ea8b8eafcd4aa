/** New instances from tags, images and documents; main tags read again. */
package org.isengard.transform.create;
