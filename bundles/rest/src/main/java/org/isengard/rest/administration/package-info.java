/** Routes for administrators: the options in force, the log, the features. */
package org.isengard.rest.administration;
