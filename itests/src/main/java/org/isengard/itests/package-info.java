/** Tools of the black-box tests that are of use without them: sample studies. */
package org.isengard.itests;
