/**
 * The customer API of web hosts that run the HostBill panel. Begin with {@link io.hostbill.Client}.
 *
 * <p>The native libraries are in the jar; at first use they are unpacked to a folder that only this user can read, and
 * that goes when the program ends. The system property {@code hostbill.native} names another folder, or {@code system}
 * for the system's; the environment variable {@code HOSTBILL_LIBRARY} names another {@code libhostbill.so.1}.
 */
package io.hostbill;
