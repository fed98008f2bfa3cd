package io.hostbill;

import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.spi.AbstractInterruptibleChannel;

/**
 * Does something when a thread is interrupted while it waits outside of Java: what a channel does for those that wait for
 * it, which is the JDK's way to get told.
 */
final class Interruption extends AbstractInterruptibleChannel {
    private final Runnable told;

    Interruption(Runnable told) {
        this.told = told;
    }

    /** From now on; at once if the thread has been interrupted already. */
    void watch() {
        begin();
    }

    /** No longer. The thread stays interrupted, if it was. */
    void unwatch() {
        try {
            end(true);
        } catch (ClosedByInterruptException interrupted) {
            // The call says what became of it.
        } catch (java.nio.channels.AsynchronousCloseException never) {
            throw new AssertionError(never);
        }
    }

    @Override
    protected void implCloseChannel() {
        told.run();
    }
}
