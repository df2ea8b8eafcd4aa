/**
 * Sample studies that look like examinations: bodies made of geometric shapes are scanned into images, and documents
 * speak about them. The same files come out at every call.
 */
package org.isengard.itests.demo;
