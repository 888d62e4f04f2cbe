/** Container images without a daemon: layers of files, as a tar file or pushed to a registry. */
package dev.emporion.images;
