package io.hostbill;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;

/**
 * Many calls, of which some are under way at any time. {@link Client#batch} makes it.
 *
 * <p>Outcomes come in the order of the calls, unless {@link #unordered()} was asked for. More calls are taken as outcomes
 * are taken, so that there may be any number of them. A call that fails is an outcome like any other. {@link #close()}
 * stops what is under way. One thread may use it.
 */
public final class Batch implements Iterable<Outcome>, AutoCloseable {
    private final Function<BatchCall, CompletableFuture<Answer>> start;
    private final Iterator<BatchCall> calls;
    private int window = 64;
    private boolean ordered = true;

    private final Map<Integer, CompletableFuture<Answer>> underWay = new HashMap<>();
    private final LinkedBlockingQueue<Outcome> ended = new LinkedBlockingQueue<>();
    private final Map<Integer, Outcome> early = new HashMap<>(); // Those that came before their turn.
    private int begun;
    private int given;
    private boolean closed;

    Batch(Function<BatchCall, CompletableFuture<Answer>> start, Iterator<BatchCall> calls) {
        this.start = start;
        this.calls = calls;
    }

    /**
     * How many calls are under way at most, instead of 64.
     *
     * @param calls at least 1
     * @return this
     * @throws UsageException if it is less
     */
    public Batch window(int calls) {
        if (calls < 1) {
            throw new UsageException(ErrorDetails.field("window", "must be at least 1"));
        }
        window = calls;
        return this;
    }

    /**
     * Outcomes come as calls end.
     *
     * @return this
     */
    public Batch unordered() {
        ordered = false;
        return this;
    }

    /**
     * The outcomes, once. An interrupt while it waits closes the batch; the call that was waited for is cancelled then.
     *
     * @return an iterator that removes nothing
     */
    @Override
    public Iterator<Outcome> iterator() {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                fill();
                return given < begun;
            }

            @Override
            public Outcome next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                Outcome outcome = early.remove(given);
                while (outcome == null) {
                    outcome = take();
                    if (ordered && outcome.index() != given) {
                        early.put(outcome.index(), outcome);
                        outcome = null;
                    }
                }
                given++;
                return outcome;
            }
        };
    }

    /** Stops what is under way, and waits until it has ended. May be repeated. */
    @Override
    public void close() {
        closed = true;
        underWay.values().forEach(call -> call.cancel(true));
        while (!underWay.isEmpty()) {
            Outcome outcome = take();
            early.put(outcome.index(), outcome);
        }
        given = begun;
    }

    private void fill() {
        while (!closed && begun - given < window && calls.hasNext()) {
            BatchCall call = calls.next();
            int index = begun++;
            CompletableFuture<Answer> answer;
            try {
                answer = start.apply(call);
            } catch (HostbillException mistake) {
                answer = CompletableFuture.failedFuture(mistake);
            }
            underWay.put(index, answer);
            answer.whenComplete((found, failure) -> ended.add(new Outcome(index, call, found, error(failure))));
        }
    }

    private Outcome take() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    Outcome outcome = ended.take();
                    underWay.remove(outcome.index());
                    return outcome;
                } catch (InterruptedException stop) {
                    interrupted = true;
                    closed = true;
                    underWay.values().forEach(call -> call.cancel(true));
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static HostbillException error(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause == null || cause instanceof HostbillException) {
            return (HostbillException) cause;
        }
        return new InternalException(ErrorDetails.of("internal", -18, String.valueOf(cause)));
    }
}
