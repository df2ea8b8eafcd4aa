/** Modification, anonymization, split and merge of stored instances. */
package org.isengard.transform.modify;
